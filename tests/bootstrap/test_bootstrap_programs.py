"""scripts/bootstrap.sh finds or installs the servers and the browser."""

import pytest

from tests.bootstrap.machine import Machine


@pytest.mark.parametrize(
    ("part", "package"),
    [("redis", "redis-server"), ("postgresql", "postgresql"), ("chromium", "chromium")],
)
def test_a_program_that_apt_cannot_provide_is_named(
    ready: Machine, part: str, package: str
) -> None:
    """Without apt-get, without root and without a network there is one line each."""
    assert ready.refuses(part) == (
        f"no {package}, and no apt-get to install it with: install {package} and run this again"
    )

    ready.add("apt-get", "exit 1")
    ready.add("id", "echo 1000")

    assert ready.refuses(part) == (
        f"no {package}, and not root: run 'sudo apt-get install {package}' and run this again"
    )

    ready.add("id", "echo 0")

    assert ready.refuses(part) == (
        f"apt-get could not install {package}:"
        f" check the network, or install {package}, and run this again"
    )


def test_apt_lists_are_refreshed_when_a_package_is_unknown(ready: Machine) -> None:
    """A machine whose package lists are old still gets the program."""
    ready.add(
        "apt-get",
        'if [ "$1" = update ]; then : >"$STUBS/updated"; exit; fi; [ -e "$STUBS/updated" ]',
    )
    ready.add("id", "echo 0")
    done = ready.bootstrap("redis")

    assert done.returncode == 0, done.stderr
    assert "installing redis-server" in done.stderr


@pytest.mark.parametrize(
    ("knows", "installed"),
    [("*", "chromium-headless-shell"), ("chromium", "chromium")],
    ids=["both", "no headless build"],
)
def test_headless_chromium_is_installed_where_there_is_one(
    ready: Machine, knows: str, installed: str
) -> None:
    """A system that has no headless build of Chromium gets the whole of it."""
    ready.add(
        "apt-get",
        f'for last; do :; done; case $last in {knows}) echo "$last" >>"$STUBS/installed";;'
        " *) exit 100;; esac",
    )
    ready.add("id", "echo 0")
    done = ready.bootstrap("chromium")

    assert done.returncode == 0, done.stderr
    assert (ready.stubs / "installed").read_text().split() == [installed]


@pytest.mark.parametrize(
    "command", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
)
def test_a_chromium_under_any_name_will_do(ready: Machine, command: str) -> None:
    """A browser that is on PATH is found, and nothing is installed."""
    ready.add(command, "exit 0")
    done = ready.bootstrap("chromium")

    assert (done.returncode, done.stderr) == (0, "")
