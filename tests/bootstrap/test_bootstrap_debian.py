"""scripts/bootstrap.sh takes CPython from Debian's packages, in the release that is wanted."""

import re
import shutil
import signal

import pytest

from tests.bootstrap.machine import APT_GET, MIRROR, UV_WITHOUT_CPYTHON, Machine


@pytest.mark.parametrize(
    ("apt_get", "line"),
    [
        (
            "exit 0",
            (
                "no CPython 3.14, uv could not fetch one, and apt knows no Debian mirror:"
                " set PYTHON to one"
            ),
        ),
        (
            """[ "$1" = --print-uris ] && echo "'http://mirror.test/debian/dists/x/In' x\"""",
            (
                "no CPython 3.14, and http://mirror.test/debian could not be read:"
                " check the network and run this again"
            ),
        ),
    ],
    ids=["no-mirror", "no-network"],
)
def test_debian_without_its_mirror_is_told_so(machine: Machine, apt_get: str, line: str) -> None:
    """The Debian fallback ends with the mirror that it tried, and leaves no folder behind."""
    machine.add("uv", UV_WITHOUT_CPYTHON)
    machine.add("grep", "exit 0")  # /etc/os-release says Debian
    machine.add("dpkg-deb", "exit 1")
    machine.add("apt-get", apt_get)

    assert machine.refuses() == line
    assert not list(machine.home.glob(".cache/iris-runbook/unpack.tree.*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_unpacking_leaves_no_folder(machine: Machine, number: signal.Signals) -> None:
    """Ctrl-C, a plain kill and a closed terminal end the fetching, and its folder is removed."""
    machine.add("uv", UV_WITHOUT_CPYTHON)
    machine.add("grep", "exit 0")  # /etc/os-release says Debian
    machine.add("dpkg-deb", "exit 1")
    machine.add("apt-get", f"{APT_GET}\n[ $1 = --print-uris ] || kill -{number} 0")

    assert machine.bootstrap().returncode == -number
    assert not list(machine.home.glob(".cache/iris-runbook/unpack.tree.*"))


def releases(machine: Machine) -> list[str]:
    """Give what the cache holds, by the names of its folders."""
    return sorted(path.name for path in machine.home.glob(".cache/iris-runbook/cpython-*"))


@pytest.mark.parametrize(
    ("forky", "sid"),
    [("3.14.8", "3.14.10"), ("3.14.10", "3.14.10"), ("3.14.10", "3.14.11"), ("3.14.10", "")],
    ids=["before-the-migration", "after-it", "next-release", "sid-is-at-the-next-series"],
)
def test_debian_gives_the_newest_release(debian: Machine, forky: str, sid: str) -> None:
    """The day of a migration into forky changes nothing for a new machine."""
    debian.env |= {"FORKY": forky, "SID": sid}
    done = debian.bootstrap()

    newest = sid or forky
    assert done.returncode == 0, done.stderr
    assert f"making .venv with Python {newest} and" in done.stderr
    assert releases(debian) == [f"cpython-{newest}"]


@pytest.mark.parametrize(("forky", "sid"), [("3.14.8", "3.14.10"), ("3.14.10", "3.14.8")])
@pytest.mark.parametrize("wanted", ["3.14.8", "3.14.10"])
def test_a_wanted_release_comes_from_the_suite_that_has_it(
    debian: Machine, wanted: str, forky: str, sid: str
) -> None:
    """PYTHON may be a release, and forky and sid are both asked for it."""
    debian.env |= {"FORKY": forky, "SID": sid, "PYTHON": wanted}
    done = debian.bootstrap()

    assert done.returncode == 0, done.stderr
    assert f"making .venv with Python {wanted} and" in done.stderr
    assert releases(debian) == [f"cpython-{wanted}"]


def test_releases_do_not_overwrite_each_other(debian: Machine) -> None:
    """Two releases stay in the cache, and an environment keeps its own until told otherwise."""
    made = []
    for wanted in ("3.14.8", "3.14.10", "3.14.8", "", "3.14.10"):
        debian.env["PYTHON"] = wanted
        done = debian.bootstrap()
        assert done.returncode == 0, done.stderr
        made.append(
            re.findall(r"unpacking CPython (\S+)|making .venv with Python (\S+)", done.stderr)
        )

    old, new = "3.14.8", "3.14.10"
    assert made == [[(old, ""), ("", old)], [(new, ""), ("", new)], [("", old)], [], [("", new)]]
    assert releases(debian) == ["cpython-3.14.10", "cpython-3.14.8"]


def test_the_newest_of_the_cache_is_taken(debian: Machine) -> None:
    """A new checkout of a machine that has two releases gets the newer one."""
    for wanted in ("3.14.10", "3.14.8"):
        debian.env["PYTHON"] = wanted
        debian.bootstrap()
    debian.env["PYTHON"] = ""
    shutil.rmtree(debian.checkout / ".venv")

    assert "making .venv with Python 3.14.10 and" in debian.bootstrap().stderr


@pytest.mark.parametrize(
    ("sid", "there"),
    [("3.14.10", "3.14.10 sid 3.14.8 forky"), ("", "3.14.8 forky")],
)
def test_a_release_that_nobody_has_is_named(debian: Machine, sid: str, there: str) -> None:
    """A release that is in neither suite is refused with those that are."""
    debian.env |= {"SID": sid, "PYTHON": "3.14.1"}

    assert debian.refuses() == (
        f"no CPython 3.14.1, uv could not fetch it, and {MIRROR} has {there} of 3.14:"
        " set PYTHON to what is there"
    )
    assert not releases(debian)


def test_folders_of_an_unpacking_that_was_killed_are_removed(machine: Machine) -> None:
    """What kill -9 left in the cache is gone after the next run."""
    stale = machine.home / ".cache/iris-runbook/unpack.tree.killed"
    stale.mkdir(parents=True)
    machine.add("uv", UV_WITHOUT_CPYTHON)
    machine.add("grep", "exit 0")  # /etc/os-release says Debian
    machine.add("dpkg-deb", "exit 1")
    machine.add("apt-get", "exit 1")
    machine.refuses()

    assert not stale.exists()


def test_the_next_series_has_an_environment_of_its_own(debian: Machine) -> None:
    """With --next the series after ours is fetched, and the environment of the tests stays."""
    assert debian.bootstrap().returncode == 0
    kept = debian.stamp.read_text()
    debian.env["SID"] = "3.15.2"
    done = debian.bootstrap("--next")

    assert done.returncode == 0, done.stderr
    assert "making .venv-next with Python 3.15.2 and" in done.stderr
    assert (debian.checkout / ".venv-next/bin/python").exists()
    assert debian.stamp.read_text() == kept
    assert releases(debian) == ["cpython-3.14.10", "cpython-3.15.2"]
