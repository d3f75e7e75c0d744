"""Say under the title of each page whether it binds, and once where its outputs come from.

Records and pages under docs/policy/ bind; every other page is guidance.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

BINDING = "Binding\n{: .badge .binding title='IRIS services and those who run them follow it' }"
GUIDANCE = "Guidance\n{: .badge title='It explains; the policy and the decisions bind' }"
STRIP = re.compile(r'<p class="verified">.*?</p>\n?', re.DOTALL)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the badge under the title."""
    del config, files
    binds = page.file.src_uri.startswith(("../adr/", "policy/"))
    badge = (BINDING if binds else GUIDANCE).replace(" }", " data-search-exclude='' }")
    return re.sub(r"^(# .+\n)", rf"\1\n{badge}\n", markdown, count=1, flags=re.MULTILINE)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Keep the first of strips that say the same."""
    del page, config, files
    seen: set[str] = set()

    def once(strip: re.Match[str]) -> str:
        shown = "" if strip[0] in seen else strip[0]
        seen.add(strip[0])
        return shown

    return STRIP.sub(once, html)
