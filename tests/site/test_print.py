"""A page on paper says what the page on the screen says."""

import io

from playwright.async_api import Browser
from pypdf import PdfReader

from tests.site.conftest import InBrowser

PAGE = """
<!doctype html><link rel="stylesheet" href="{root}assets/site.css">
<article class="md-typeset">
<p><a href="https://github.com/python/cpython/issues/144881">the report</a></p>
<div class="highlight"><pre><code>{line}</code></pre></div>
<table><tr>{cells}</tr></table>
</article>
"""


def test_long_lines_wide_tables_and_links_are_printed(site_url: str, in_browser: InBrowser) -> None:
    """The end of a long line, the last column and the target of a link stand on paper."""
    line = "x" * 180 + " END-OF-LINE"
    cells = "".join(f"<td>a cell with some words {number}</td>" for number in range(12))

    async def print_page(browser: Browser) -> bytes:
        page = await browser.new_page()
        await page.goto(site_url)
        await page.set_content(PAGE.format(root=site_url, line=line, cells=cells))
        printed = await page.pdf(format="A4")
        await page.close()
        return printed

    paper = PdfReader(io.BytesIO(in_browser(print_page)))
    text = "".join(page.extract_text() for page in paper.pages).replace("\n", " ")

    assert "END-OF-LINE" in text
    assert "issues/144881" in text
    assert "11" in text


def test_no_sheet_is_empty(site_url: str, in_browser: InBrowser) -> None:
    """The home page fits on three sheets with all its tabs, and none of them is empty."""

    async def print_page(browser: Browser) -> bytes:
        page = await browser.new_page()
        await page.goto(site_url)
        printed = await page.pdf(format="A4")
        await page.close()
        return printed

    sheets = PdfReader(io.BytesIO(in_browser(print_page))).pages
    assert len(sheets) <= 3
    assert all(sheet.extract_text().strip() for sheet in sheets)
