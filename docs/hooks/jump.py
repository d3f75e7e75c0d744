"""Put the way to the first action of an incident page into the first screen."""

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


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Add links to the steps before the first section of a page that has all of them."""
    del page, config, files
    if not all(f"\n## {heading}\n" in markdown for heading in STEPS):
        return markdown
    links = " ".join(
        f"[{label}](#{heading.lower().replace(' ', '-')})" for heading, label in STEPS.items()
    )
    intro, first, rest = markdown.partition("\n## ")
    return f"{intro}\n{links}\n{{ .jump }}\n{first}{rest}"
