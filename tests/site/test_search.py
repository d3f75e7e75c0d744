"""The search finds the right page first, in the words that people use."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser

from tests.site.built import Site
from tests.site.conftest import InBrowser

QUERIES = Path(__file__).with_name("queries.txt")

# Types a query as a reader does, and gives the address of the first result.
# The list is emptied first, so that the answer to the last query is not read.
FIRST_RESULT = """
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
    return list.querySelector("a")?.href ?? "";
}
"""


def queries() -> dict[str, str]:
    """Read the list: what is typed, and the page that must come first."""
    lines = [line for line in QUERIES.read_text().splitlines() if line and line[0] != "#"]
    return dict(line.split(" => ") for line in lines)


def test_queries_name_pages_that_exist(built_site: Site) -> None:
    """Each expected page of the list is a page of the site."""
    assert set(queries().values()) <= set(built_site.pages)


def test_first_result_is_the_right_page(site_url: str, in_browser: InBrowser) -> None:
    """For each query of the list, the first result is the page that helps."""
    wrong: list[str] = []

    async def search(browser: Browser) -> None:
        page = await browser.new_page()
        await page.goto(site_url)
        for query, wanted in queries().items():
            found = urlsplit(await page.evaluate(FIRST_RESULT, query)).path.lstrip("/")
            if found != wanted:
                wrong.append(f"{query!r} finds {found or 'nothing'}, not {wanted}")
        await page.close()

    in_browser(search)

    assert not wrong, "\n".join(wrong)
