"""Render the top-level adr/ folder as part of the site.

The files stay where they are: links between adr/ and docs/ are written as they
work in the repository, and edit links point at adr/.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each adr/*.md as a page under /adr/."""
    for path in sorted(Path(config.docs_dir, "../adr").glob("*.md")):
        if path.name == "template.md":
            continue
        place = (config.docs_dir, config.site_dir, config.use_directory_urls)
        destination = File(f"adr/{path.name}", *place).dest_uri
        # Without INCLUDED the default exclusion of dot files matches "..".
        included = InclusionLevel.INCLUDED
        files.append(File(f"../adr/{path.name}", *place, dest_uri=destination, inclusion=included))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links at docs/ to the pages, and show the front matter under the title."""
    del config, files
    if not page.file.src_uri.startswith("../adr/"):
        return markdown
    if page.edit_url:
        page.edit_url = page.edit_url.replace("/docs/../", "/")
    # A leading slash means docs/ under `absolute_links: relative_to_docs`.
    markdown = markdown.replace("](../docs/", "](/")
    status = page.meta.pop("status", None)
    if status is None:
        return markdown
    facts = [f"{status.capitalize()} {page.meta['date']}"]
    for key, text in (("supersedes", "supersedes"), ("superseded_by", "superseded by")):
        number = page.meta.get(key)
        if number:
            facts.append(f"{text} {linked(number, page)}")
    # Only a superseded record gets the mark that Material puts beside its name in the navigation.
    if status == "superseded":
        page.meta["status"] = "deprecated"
    line = f"{', '.join(facts)}\n{{: .adr-status .adr-{status} }}"
    return re.sub(r"^(# .+\n)", rf"\1\n{line}\n", markdown, count=1, flags=re.MULTILINE)


def linked(number: str, page: Page) -> str:
    """Return a Markdown link to the record with this number."""
    (path,) = Path(page.file.src_dir or "", "../adr").glob(f"{number}-*.md")
    return f"[ADR {number}]({path.name})"


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: object) -> None:
    """Rebuild when a record changes."""
    del builder
    server.watch(str(Path(config.docs_dir, "../adr").resolve()))
