"""The search finds the right page first, in the words that people use."""

import re
from pathlib import Path

from playwright.async_api import Browser

from tests.site.built import Site
from tests.site.conftest import InBrowser

QUERIES = Path(__file__).with_name("queries.txt")

# Types a query as a reader does, and gives the addresses of the results, each once.
# The list is emptied first, so that the answer to the last query is not read.
RESULTS = """
async query => {
    const field = document.querySelector(".md-search__input");
    const list = document.querySelector(".md-search-result__list");
    const results = () => list.querySelectorAll("a").length;
    const type = async (text, done) => {
        field.value = text;
        field.dispatchEvent(new KeyboardEvent("keyup", {bubbles: true}));
        for (let wait = 0; wait < 500 && !done(); wait++)
            await new Promise(resume => setTimeout(resume, 10));
    };
    field.focus();
    await type("", () => results() === 0);
    await type(query, () => results() > 0);
    const pages = [...list.querySelectorAll("a")].map(link => new URL(link.href).pathname.slice(1));
    return [...new Set(pages)];
}
"""


def queries() -> list[tuple[str, str, int]]:
    """Read the list: what is typed, the page that helps, and within how many results."""
    lines = [line for line in QUERIES.read_text().splitlines() if line and line[0] != "#"]
    found = []
    for line in lines:
        query, arrow, wanted = re.split(r" (=>|~>) ", line)
        found.append((query, wanted, 1 if arrow == "=>" else 3))
    return found


def test_queries_name_pages_that_exist(built_site: Site) -> None:
    """Each expected page of the list is a page of the site."""
    assert {wanted for _, wanted, _ in queries()} <= set(built_site.pages)


def test_right_page_is_found(site_url: str, in_browser: InBrowser) -> None:
    """For each query of the list the page that helps is first, or among the first three."""
    wrong: list[str] = []

    async def search(browser: Browser) -> None:
        page = await browser.new_page()
        await page.goto(site_url)
        for query, wanted, within in queries():
            found: list[str] = await page.evaluate(RESULTS, query)
            if wanted not in found[:within]:
                wrong.append(f"{query!r} finds {found[:within]}, not {wanted}")
        await page.close()

    in_browser(search)

    assert not wrong, "\n".join(wrong)
