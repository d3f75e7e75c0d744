"""The first page comes quickly on a bad line."""

import gzip

from playwright.async_api import Browser, Response

from tests.site.conftest import InBrowser

FIRST_VISIT = 100_000  # bytes, gzipped


def test_first_visit_is_light(site_url: str, in_browser: InBrowser) -> None:
    """The home page and all it loads, search included, is within 100 kB gzipped."""
    sizes: dict[str, int] = {}

    async def visit(browser: Browser) -> None:
        async def weigh(response: Response) -> None:
            sizes[response.url] = len(gzip.compress(await response.body(), 9))

        page = await browser.new_page()
        page.on("response", weigh)
        await page.goto(site_url, wait_until="networkidle")
        await page.close()

    in_browser(visit)

    assert any("search_index" in url for url in sizes)
    assert sum(sizes.values()) <= FIRST_VISIT, sizes
