"""Carry the reason of a fence that was not run to the page.

The highlighter keeps only attributes that start with `data-`; the stylesheet
shows this one as "not run here".
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rename the attribute `not-run` in the first line of each fence."""
    del page, config, files
    return re.sub(r"^(\s*```.*\s)not-run=", r"\1data-not-run=", markdown, flags=re.MULTILINE)
