"""Keep the site small: a reader on a bad line waits for every byte."""

import re
import shutil
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

BLOCK = re.compile(r'<div class="language-[^"]* highlight"')


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leave code and captured output out of the search index.

    The same frames stand in every captured tree; the pages that explain them
    should be found.
    """
    del page, config, files
    return BLOCK.sub(r"\g<0> data-search-exclude", html)


def on_post_build(config: MkDocsConfig) -> None:
    """Remove what Material ships and no page of ours loads: source maps and other languages."""
    site = Path(config.site_dir)
    for source_map in site.glob("assets/**/*.map"):
        source_map.unlink()
    shutil.rmtree(site / "assets/javascripts/lunr")
