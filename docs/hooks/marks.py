"""Say in the first line of each page whether it binds.

Records and pages under docs/policy/ bind; every other page is a note.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

BINDING = (
    "Binding. IRIS services and those who run them follow this page."
    "\n{: .binding data-search-exclude='' }"
)
NOTE = (
    "Note. This page explains; only the [policy](/policy/runtime-policy.md)"
    " and the [decisions](/../adr/README.md) bind.\n{: .note-level data-search-exclude='' }"
)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the mark under the title."""
    del config, files
    binds = page.file.src_uri.startswith(("../adr/", "policy/"))
    mark = BINDING if binds else NOTE
    return re.sub(r"^(# .+\n)", rf"\1\n{mark}\n", markdown, count=1, flags=re.MULTILINE)
