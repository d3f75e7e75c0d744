"""Give the pages of incidents what each of them would repeat, and fold what can wait."""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

# Headings that a reader in a hurry goes to, and what the link to each says.
STEPS = {
    "Diagnosis": "Diagnose",
    "Mitigation": "Mitigate",
    "Verify it worked": "Verify",
    "Escalate with": "Escalate",
}
COMMAND = "\n```bash\n"
COPY = "Copy [`triage.py`](/triage.py) to where the process runs; it only reads memory.\n"
SHARED = {
    "## Before you touch it": (
        "Run the commands as the user that runs the process,"
        " and [note what you see and do](/runbook/incident-record.md)."
    ),
    "### Reproduce it": (
        "Run this from a checkout of the runbook."
        " It stays in the faulty state until you press Ctrl-C;"
        " with `--fixed` it runs the fixed code."
    ),
}
AFTER = re.compile(r'(<h2 id="after-the-incident">.*?</h2>)(.*)', re.DOTALL)
SECTION = re.compile(r"(?=<h3 )")
HEADING = re.compile(r'(<h3 [^>]*>.*?)(?:<a class="headerlink".*?</a>)?</h3>', re.DOTALL)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Add the links to the steps, and the sentences that hold on every page of an incident."""
    del page, config, files
    if not all(f"\n## {heading}\n" in markdown for heading in STEPS):
        return markdown
    links = " ".join(
        f"[{label}](#{heading.lower().replace(' ', '-')})" for heading, label in STEPS.items()
    )
    intro, command, rest = markdown.partition(COMMAND)
    markdown = f"{intro}\n{links}\n{{ .jump }}\n\n{COPY}{command}{rest}"
    for heading, sentence in SHARED.items():
        markdown = markdown.replace(f"\n{heading}\n", f"\n{heading}\n\n{sentence}\n", 1)
    return markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fold each section after the incident, so that its heading is what opens it."""
    del page, config, files
    return AFTER.sub(lambda found: found[1] + _folded(found[2]), html)


def _folded(html: str) -> str:
    before, *sections = SECTION.split(html)
    return before + "".join(
        "<details class='after'><summary>"
        # A link within a summary could not be reached by keyboard.
        + HEADING.sub(r"\1</h3></summary>", section, count=1)
        + "</details>\n"
        for section in sections
    )
