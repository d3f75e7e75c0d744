"""Keep the site small: a reader on a bad line waits for every byte."""

import shutil
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

OUTPUT = '<div class="language-text no-copy highlight"'


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Leave captured output out of the search index.

    The same frames stand in every captured tree; the pages that explain them
    should be found.
    """
    del page, config, files
    return html.replace(OUTPUT, f"{OUTPUT} data-search-exclude")


def on_post_build(config: MkDocsConfig) -> None:
    """Remove what Material ships and no page of ours loads: source maps and other languages."""
    site = Path(config.site_dir)
    for source_map in site.glob("assets/**/*.map"):
        source_map.unlink()
    shutil.rmtree(site / "assets/javascripts/lunr")
