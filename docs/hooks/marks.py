"""Say under the title of each page whether it binds.

Records and pages under docs/policy/ bind; every other page is guidance.
"""

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

BINDING = "Binding\n{: .badge .binding title='IRIS services and those who run them follow it' }"
GUIDANCE = "Guidance\n{: .badge title='It explains; the policy and the decisions bind' }"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the badge under the title."""
    del config, files
    binds = page.file.src_uri.startswith(("../adr/", "policy/"))
    badge = (BINDING if binds else GUIDANCE).replace(" }", " data-search-exclude='' }")
    return re.sub(r"^(# .+\n)", rf"\1\n{badge}\n", markdown, count=1, flags=re.MULTILINE)
