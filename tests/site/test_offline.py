"""The bundle opens from disk, finds pages, and asks nobody for anything."""

import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from tests.site.built import ROOT
from tests.site.conftest import InBrowser

SCRIPT = ROOT / "scripts/bundle.sh"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the bundle and unpack it as a reader would."""
    folder = tmp_path_factory.mktemp("bundle")
    made = subprocess.run([SCRIPT, folder / "out.zip"], capture_output=True, text=True, check=False)

    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(folder / "out.zip") as archive:
        archive.extractall(folder)
    return folder


def test_bundle_is_small(bundle: Path) -> None:
    """The zip has less than two megabytes and unpacks into one folder."""
    assert (bundle / "out.zip").stat().st_size < 2_000_000
    assert sorted(path.name for path in bundle.iterdir()) == ["iris-runbook", "out.zip"]


def test_bundle_reads_and_searches_without_a_network(bundle: Path, in_browser: InBrowser) -> None:
    """From file://, with the network off, a search finds a page and its link opens it."""
    schemes: set[str] = set()
    messages: list[str] = []

    async def read(browser: Browser) -> None:
        context = await browser.new_context(offline=True)
        context.on("request", lambda request: schemes.add(urlsplit(request.url).scheme))
        context.on("console", lambda message: messages.append(message.text))
        context.on("weberror", lambda error: messages.append(str(error.error)))
        page = await context.new_page()
        await page.goto((bundle / "iris-runbook/index.html").as_uri())
        await page.keyboard.press("/")
        await page.keyboard.type("prove every page")
        await page.locator(".md-search-result__item a").first.click()
        await page.wait_for_url("**/adr/0001-*.html*")
        messages.append(await page.locator("h1").inner_text())
        await context.close()

    in_browser(read)

    assert [line.rstrip("#¶\n") for line in messages] == ["0001. Prove every page by running it"]
    assert schemes <= {"file", "blob", "data"}


def test_bundle_asks_for_a_name() -> None:
    """Without a name for the zip the script says how it is called."""
    refused = subprocess.run([SCRIPT], capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert refused.stderr == "usage: scripts/bundle.sh OUT.zip\n"
