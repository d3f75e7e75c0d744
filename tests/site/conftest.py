"""One build of the site for the whole run, and for each worker one server and one browser."""

import asyncio
import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol

import pytest
from playwright.async_api import Browser, async_playwright

from tests.site.built import ROOT, Site
from tests.site.visits import Visit, visit_all

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EDIT_URI = "https://git.example/edit/main/docs/"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def mkdocs(
    *arguments: str, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run MkDocs in a checkout, without Material's notice about MkDocs 2."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=cwd,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build the whole site once, strictly, for all workers. With --quiet no warning counts."""
    of_worker = tmp_path_factory.getbasetemp()
    of_run = of_worker.parent if "PYTEST_XDIST_WORKER" in os.environ else of_worker
    folder = of_run / "built-site"
    with (of_run / "built-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            building = of_worker / "built-site"
            before = os.times()
            built = mkdocs("build", "--strict", "--site-dir", str(building), EDIT_URI=EDIT_URI)
            after = os.times()
            assert built.returncode == 0, f"mkdocs build --strict failed:\n{built.stderr}"
            used = sum(after[2:4]) - sum(before[2:4])  # user and system time of ended children
            folder.with_suffix(".seconds").write_text(str(used))
            building.rename(folder)
    return Site(folder)


@pytest.fixture
def build_seconds(built_site: Site) -> float:
    """Give the seconds of the processor that the build of the whole site took."""
    return float(built_site.folder.with_suffix(".seconds").read_text())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the build reads, for a test that breaks it."""
    for source in ROOT.iterdir():
        skipped = source.name in {".git", ".venv", "build", "site"}
        if not skipped and not source.name.endswith("_cache"):
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, tmp_path / source.name)
    return tmp_path


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files as a host of sites does, and keeps the terminal for the tests."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Let the browser keep what it has loaded, and what it has compiled of it."""
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site_url(built_site: Site) -> Iterator[str]:
    """Serve the built site on a free port of the loopback."""
    handler = functools.partial(QuietHandler, directory=str(built_site.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class InBrowser(Protocol):
    """Runs a coroutine function with the shared browser and gives what it returns."""

    def __call__[T](self, function: Callable[[Browser], Coroutine[None, None, T]], /) -> T:
        """Call the function in the loop of the browser."""


@pytest.fixture(scope="session")
def in_browser() -> Iterator[InBrowser]:
    """Run a coroutine function with one shared Chromium, in a loop of its own thread.

    Playwright's synchronous interface keeps a running loop in the main thread,
    which would break every other test that calls `asyncio.run`.
    """
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, (
        f"none of {', '.join(BROWSERS)} is on PATH: run scripts/bootstrap.sh chromium"
    )
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def call[T](coroutine: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    try:
        playwright = call(async_playwright().start())
        # Chromium, which is killed at the end, may leave a file that it has half written.
        with tempfile.TemporaryDirectory() as scratch:
            launch = playwright.chromium.launch(
                executable_path=executable, args=FLAGS, env={**os.environ, "TMPDIR": scratch}
            )
            browser = call(launch)

            def run[T](function: Callable[[Browser], Coroutine[None, None, T]], /) -> T:
                return call(function(browser))

            yield run
            call(browser.close())
        call(playwright.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="session")
def visits(built_site: Site, site_url: str, in_browser: InBrowser) -> list[Visit]:
    """Look at every page on a phone and on a desktop."""
    return in_browser(lambda browser: visit_all(browser, site_url, built_site.pages))
