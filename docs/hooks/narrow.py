"""Make pages readable on a phone: wide tables fold into one block a row, short code stays whole.

The style sheet folds a table that is marked here, and puts the head of its column before
each cell.
"""

import re
from itertools import count

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

WIDE = 4  # columns from which a table does not fit on a phone
WHOLE = 14  # characters of code that is not broken at a hyphen or a space
TABLE = re.compile(r"<table>(\s*<thead>.*?)</table>", re.DOTALL)
HEAD = re.compile(r"<th(?: [^>]*)?>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
CELL = re.compile(r"<td(?=[ >])")
TAGS = re.compile(r"<[^>]+>")
SHORT = re.compile(rf"<code>(?=[^<]{{1,{WHOLE}}}</code>)")


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Mark the wide tables and the short code of a page."""
    del page, config, files
    return SHORT.sub('<code class="whole">', TABLE.sub(_marked, html))


def _marked(table: re.Match[str]) -> str:
    labels = [TAGS.sub("", head).replace('"', "&quot;") for head in HEAD.findall(table[1])]
    if len(labels) < WIDE:
        return table[0]

    def label(row: re.Match[str]) -> str:
        place = count()
        return CELL.sub(lambda _: f'<td data-label="{labels[next(place)]}"', row[0])

    return f"<table data-wide>{ROW.sub(label, table[1])}</table>"
