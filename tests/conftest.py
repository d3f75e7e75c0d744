"""What every test can use, and what holds for the run as a whole."""

import functools
import gc
import multiprocessing.util
import os
import platform
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from subprocess import check_output

import psutil
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from tests.support import transcripts
from tests.support.quick import starts_no_service

MARK = "IRIS_TEST_RUN"
# The visit of every page takes longest.
LONGEST = "tests/site/test_every_page.py"
# What waits most of its time, for a service to start or to show its fault. The rest computes.
WAITING = (
    "tests/incidents/",
    "tests/triage/test_",
    "tests/blind_spots/",
    "tests/field/programs/",
    "tests/which_process/",
)
COMPUTING_WORKERS = 2  # enough for two cores, which is what CI has
# Their tests share nothing, so that workers may divide them.
DIVISIBLE = (
    "tests/incidents/",
    "tests/triage/test_triage_outcomes.py",
    "tests/blind_spots/test_blind_spots.py",
)
# They share one browser and what they have read of the site.
SITE = "tests/site/"


class _Scheduler(LoadFileScheduling):
    """Keeps the tests of a file together, and what computes beside what waits."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(DIVISIBLE):
            return nodeid
        scope: str = super()._split_scope(nodeid)
        if scope.startswith(SITE) and scope != LONGEST:
            return SITE
        return scope

    def _assign_work_unit(self, node: WorkerController) -> None:
        waits = self.nodes.index(node) >= COMPUTING_WORKERS
        fitting = (scope for scope in self.workqueue if scope.startswith(WAITING) == waits)
        if scope := next(fitting, None):
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option behind ``make outputs``."""
    parser.addoption(
        "--update-outputs",
        action="store_true",
        help="rewrite the captured outputs; never an exit status",
    )
    parser.addoption("--quick", action="store_true", help="leave out what starts a service")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite outputs where nobody reviews them, and let Ctrl-C through."""
    if config.getoption("--update-outputs") and os.environ.get("CI"):
        raise pytest.UsageError("--update-outputs is not for CI: run 'make outputs' and review")
    # A run in the background ignores Ctrl-C, and the repros, which Ctrl-C ends, would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest first and what ends soon last. With --quick, keep the quick."""
    if config.getoption("--quick"):
        items[:] = [item for item in items if starts_no_service(item.path)]
    first = (LONGEST, SITE)
    items.sort(
        key=lambda item: (
            [not item.nodeid.startswith(start) for start in first],
            item.nodeid.startswith(DIVISIBLE),
            starts_no_service(item.path),
        )
    )


def pytest_collection_finish() -> None:
    """Keep what was collected from the garbage collector: it lives until the end."""
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Divide the tests among the workers; any other ``--dist`` is that of the plugin."""
    return _Scheduler(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_report_header() -> list[str]:
    """Print what the run is tested against."""
    redis = check_output(["redis-server", "--version"], text=True).split()[2].removeprefix("v=")
    packages = ("uvicorn", "fastapi", "taskiq", "taskiq-redis")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return [f"tested against: CPython {platform.python_version()}, {versions}, Redis {redis}"]


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail the run when a process or a temporary file that a test made outlives the tests.

    A socket without a file ends with its process.
    """
    mark = os.environ[MARK] = uuid.uuid4().hex
    # Two folders that live longer than the tests: pytest keeps its own for the reader, and
    # multiprocessing removes its own when this process ends.
    os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.gettempdir()
    multiprocessing.util.get_temp_dir()
    with tempfile.TemporaryDirectory(prefix="iris-") as folder, pytest.MonkeyPatch.context() as own:
        own.setenv("TMPDIR", folder)
        own.setattr(tempfile, "tempdir", folder)
        yield
        left = [process for process in psutil.process_iter() if _has_mark(process.pid, mark)]
        _, alive = psutil.wait_procs(left, timeout=60)
        commands = [" ".join(process.cmdline()) for process in alive if process.is_running()]
        assert not commands, f"left running: {commands}"
        files = [file.name for file in Path(folder).iterdir()]
        assert not files, f"left behind: {files}"


@pytest.fixture
def short_tmp_path() -> Iterator[Path]:
    """Give a folder for sockets, whose paths are limited to 107 bytes.

    Where TMPDIR has 76 to 79 bytes, multiprocessing of 3.14.8 makes a path that is longer.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def transcript(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Give `transcripts.check`, in the mode that the run was asked for."""
    update: bool = request.config.getoption("--update-outputs")

    return functools.partial(transcripts.check, update=update)


def _has_mark(pid: int, mark: str) -> bool:
    if pid == os.getpid():
        return False
    try:
        return f"{MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
