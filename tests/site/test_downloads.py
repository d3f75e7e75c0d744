"""What home offers to download is there, and is what its checksum says."""

import hashlib
import runpy
from types import SimpleNamespace

import pytest

from tests.site.built import ROOT, Site


def test_triage_is_what_its_checksum_says(built_site: Site) -> None:
    """The file beside the pages has the SHA-256 that home and the checksum file state."""
    program = built_site.folder / "triage.py"
    checksum = hashlib.sha256(program.read_bytes()).hexdigest()

    assert f"<code class='hash'>{checksum}</code>" in built_site.text("").replace('"', "'")
    assert (built_site.folder / "triage.py.sha256").read_text() == f"{checksum}  triage.py\n"


@pytest.mark.parametrize(
    ("site_url", "shown"),
    [
        ("https://runbook.example/", '<a href="https://runbook.example/iris-runbook.zip">'),
        ("", "`make bundle`"),
    ],
    ids=["published", "local"],
)
def test_home_leads_to_the_zip(site_url: str, shown: str) -> None:
    """Where the site is published home links to the zip that the workflow puts there."""
    hook = runpy.run_path(str(ROOT / "docs/hooks/downloads.py"))
    config = SimpleNamespace(site_url=site_url, extra={"triage_sha256": "0"})
    home = hook["on_page_markdown"]((ROOT / "docs/index.md").read_text(), None, config, None)

    assert shown in home
    assert "mv build/iris-runbook.zip site/" in (ROOT / ".github/workflows/site.yml").read_text()
