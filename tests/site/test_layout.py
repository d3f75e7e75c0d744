"""Pages fit the screens that people have in an incident."""

import pytest
from playwright.async_api import Browser

from tests.site.built import Site
from tests.site.conftest import InBrowser


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways(
    built_site: Site, site_url: str, in_browser: InBrowser, width: int
) -> None:
    """Wide tables and outputs scroll in place; no page is wider than its window."""
    too_wide: dict[str, int] = {}

    async def measure(browser: Browser) -> None:
        page = await browser.new_page(viewport={"width": width, "height": 844})
        for address in built_site.pages:
            await page.goto(site_url + address)
            needed = await page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                too_wide[address] = needed
        await page.close()

    in_browser(measure)

    assert too_wide == {}
