"""The first page comes quickly on a bad line."""

import gzip

from playwright.async_api import Browser, Response

from tests.site.conftest import InBrowser

FIRST_VISIT = 100_000  # bytes, gzipped


def test_first_visit_is_light(site_url: str, in_browser: InBrowser) -> None:
    """The home page and all it loads is within 100 kB gzipped; the index waits for a search."""
    first: dict[str, int] = {}
    later: list[str] = []

    async def visit(browser: Browser) -> None:
        answers: list[Response] = []
        page = await browser.new_page()
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright marks the function
        await page.goto(site_url, wait_until="networkidle")
        for answer in answers:
            first[answer.url] = len(gzip.compress(await answer.body(), 9))
        answers.clear()
        async with page.expect_response("**/search_index.json"):
            await page.keyboard.press("/")
        later.extend(answer.url for answer in answers)
        await page.close()

    in_browser(visit)

    assert sum(first.values()) <= FIRST_VISIT, first
    assert [url.rpartition("/")[2] for url in later] == ["search_index.json"]
