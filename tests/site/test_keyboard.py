"""A reader without a mouse gets from the home page to a captured output, and reads all of it."""

from playwright.async_api import Browser, Page

from tests.site.conftest import InBrowser
from tests.site.focus import SHOWS_FOCUS

# The links from the home page to a symptom, to an incident and to its diagnosis.
LINKS = {
    "Endpoints are slow and the CPU is idle": "/symptoms/slow-endpoint/",
    "An endpoint does not answer": "/incidents/stuck_await/",
    "Diagnose": "#diagnosis",
}
FURTHEST = 30  # stops of the Tab key from one of them to the next
FOCUSED = "document.activeElement.textContent.trim()"
OUTPUT = "document.activeElement.closest('.no-copy') !== null"
SCROLLED = "document.activeElement.scrollLeft"


async def tab_to(page: Page, wanted: str) -> list[str]:
    """Press Tab until the expression `wanted` holds, and give the stops whose focus is hidden."""
    hidden = []
    for _ in range(FURTHEST):
        await page.keyboard.press("Tab")
        shown, stop = await page.evaluate(SHOWS_FOCUS)
        if not shown:
            hidden.append(stop)
        if await page.evaluate(wanted):
            return hidden
    raise AssertionError(f"{FURTHEST} stops, and not at {wanted}: at {stop}")


def test_from_home_to_an_output(site_url: str, in_browser: InBrowser) -> None:
    """Tab and Enter alone lead to an output, each stop is outlined, and arrow keys scroll it."""
    hidden: list[str] = []

    async def walk(browser: Browser) -> None:
        page = await browser.new_page(
            # So narrow that an output has to be scrolled.
            viewport={"width": 390, "height": 844},
            reduced_motion="reduce",
        )
        await page.goto(site_url)
        for link, address in LINKS.items():
            hidden.extend(await tab_to(page, f"{FOCUSED} === 'Skip to content'"))
            await page.keyboard.press("Enter")
            hidden.extend(await tab_to(page, f"{FOCUSED} === {link!r}"))
            await page.keyboard.press("Enter")
            await page.wait_for_url(f"**{address}")
        hidden.extend(await tab_to(page, OUTPUT))
        await page.keyboard.press("ArrowRight")
        await page.wait_for_function(f"{SCROLLED} > 0")
        await page.close()

    in_browser(walk)

    assert hidden == []
