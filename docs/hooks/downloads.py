"""Publish triage as one file, and turn long listings into files to download."""

import hashlib
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from scripts.build_triage import built

TRIAGE = "triage.py"
BUNDLE = "iris-runbook.zip"
LONGEST = 60  # lines of a listing that is still shown on the page
LISTING = re.compile(r'^```[\w-]+\n--8<-- "([^":]+\.(?!out\b)\w+)"\n```$', re.MULTILINE)
FOLD = re.compile(r"^/// details \| ([^\n]+)\n((?:\s*- \[[^\n]+\n)+)\s*///$", re.MULTILINE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add triage, its checksum, and each file that a page shows as a download."""
    program = built()
    checksum = hashlib.sha256(program.encode()).hexdigest()
    files.append(File.generated(config, TRIAGE, content=program))
    files.append(File.generated(config, f"{TRIAGE}.sha256", content=f"{checksum}  {TRIAGE}\n"))
    config.extra["triage_sha256"] = checksum
    for path in sorted({path for page in _texts(files) for path in LISTING.findall(page)}):
        if _lines(path) > LONGEST:
            files.append(File.generated(config, path, content=Path(path).read_text()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put links in place of long listings, and the checksum in place of its name."""
    del page, files
    markdown = LISTING.sub(_link, markdown)
    markdown = FOLD.sub(r"\1:\n\n\2", markdown)
    # The workflow puts the zip beside the pages that it publishes; elsewhere there is none.
    bundle = (
        f'<a href="{config.site_url}{BUNDLE}">{BUNDLE}</a>'
        if config.site_url
        else f"`make bundle` writes it to `build/{BUNDLE}`"
    )
    return markdown.replace("TRIAGE_SHA256", config.extra["triage_sha256"]).replace(
        "IRIS_RUNBOOK_ZIP", bundle
    )


def _texts(files: Files) -> list[str]:
    return [file.content_string for file in files if file.is_documentation_page()]


def _lines(path: str) -> int:
    return len(Path(path).read_text().splitlines())


def _link(listing: re.Match[str]) -> str:
    path = listing[1]
    if _lines(path) <= LONGEST:
        return listing[0]
    return f"- [{path}](/{path}){{ download }}, {_lines(path)} lines"
