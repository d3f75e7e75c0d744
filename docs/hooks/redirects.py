"""Keep every published address alive: a retired page leads on to its successor.

`extra.redirects` in mkdocs.yml maps old addresses to new ones.
"""

from pathlib import Path
from posixpath import relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Moved</title>
<meta http-equiv="refresh" content="0; url={target}">
<h1>Moved</h1>
<p>This page is now <a href="{target}">here</a>.</p>
</html>
"""


def on_post_build(config: MkDocsConfig) -> None:
    """Write one page for each redirect.

    Raises:
        PluginError: when an old address is a page, or a new one is not.

    """
    for old, new in config.extra.get("redirects", {}).items():
        site = Path(config.site_dir)
        source, target = (built(site, address, config) for address in (old, new))
        if source.exists():
            raise PluginError(f"extra.redirects: {old} is a page, so it cannot lead to {new}")
        if not target.exists():
            raise PluginError(f"extra.redirects: {old} leads to {new}, which is not a page")
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(PAGE.format(target=relpath(target, source.parent)))


def built(site: Path, address: str, config: MkDocsConfig) -> Path:
    """Return the file that an address such as `runbook/limits/` is built into."""
    if config.use_directory_urls or not address:
        return site / address / "index.html"
    return site / f"{address.rstrip('/')}.html"
