"""A reader knows where they are, types a value once, and reads an output without scrolling."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.site.conftest import InBrowser

PAGE = "runbook/incidents/lock_convoy/"
SECTIONS = """
[...document.querySelectorAll(".md-sidebar--secondary .md-nav__link[href^='#']")]
    .map(link => link.getAttribute("href"))
    // Near the end the page cannot scroll so far that a heading comes to the top.
    .filter(target => document.documentElement.scrollHeight - innerHeight
        > document.getElementById(target.slice(1)).getBoundingClientRect().top + scrollY)
"""
LIT = """
target => [...document.querySelectorAll(".md-sidebar--secondary .md-nav__link--active")]
    .at(-1)?.getAttribute("href") === target
"""
WIDE = """
[...document.querySelectorAll(".no-copy pre > code")]
    .filter(code => Math.max(...code.textContent.split("\\n").map(line => line.length)) <= 92)
    .filter(code => code.scrollWidth > code.clientWidth)
    .map(code => code.textContent.slice(0, 80))
"""
COMMANDS = "[...document.querySelectorAll('.language-bash code')].map(c => c.textContent).join('')"
IS_OPEN = "document.querySelector('details.after:has(#why)').open"
BOTTOM = "document.querySelector('.language-bash').getBoundingClientRect().bottom"


@asynccontextmanager
async def opened(
    browser: Browser, address: str, width: int = 1280, height: int = 800
) -> AsyncIterator[Page]:
    """Open a page in a window of its own."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(address)
    yield page
    await context.close()


def test_contents_light_the_section_that_was_chosen(site_url: str, in_browser: InBrowser) -> None:
    """After a click in the table of contents that entry is lit, and not the one before it."""

    async def click_each(browser: Browser) -> int:
        async with opened(browser, site_url + PAGE) as page:
            targets: list[str] = await page.evaluate(SECTIONS)
            for target in targets:
                await page.click(f".md-sidebar--secondary a[href='{target}']")
                await page.wait_for_function(LIT, arg=target)
        return len(targets)

    assert in_browser(click_each) > 3


def test_outputs_of_92_columns_fit_on_a_desktop(site_url: str, in_browser: InBrowser) -> None:
    """At 1280 pixels an output of 92 columns needs no scrolling beside both sidebars."""

    async def measure(browser: Browser) -> list[str]:
        async with opened(browser, site_url + PAGE) as page:
            cut: list[str] = await page.evaluate(WIDE)
            return cut

    assert in_browser(measure) == []


def test_value_goes_into_every_command_and_to_the_next_page(
    site_url: str, in_browser: InBrowser
) -> None:
    """A PID that is typed once stands in all commands, here and on the next page."""

    async def type_pid(browser: Browser) -> list[str]:
        async with opened(browser, site_url + PAGE) as page:
            await page.fill("form.values input[name=PID]", "4711")
            await page.fill("form.values input[name=URL]", "http://h:1/; rm -rf /")
            here = await page.evaluate(COMMANDS)
            await page.goto(f"{site_url}runbook/incidents/stuck_await/")
            return [here, await page.evaluate(COMMANDS)]

    here, there = in_browser(type_pid)

    assert "python triage.py 4711\n" in here
    assert "python triage.py 4711\n" in there
    assert "$PID" not in here
    # What a shell would take apart is not put into a command.
    assert "rm -rf" not in here
    assert "$URL" in here


def test_commands_work_without_the_script(site_url: str, in_browser: InBrowser) -> None:
    """Where scripts are off, the commands name the variables of the shell."""

    async def read(browser: Browser) -> str:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(site_url + PAGE)
        text = await page.text_content(".language-bash code")
        await context.close()
        return text or ""

    assert in_browser(read) == "python triage.py $PID\n"


def test_triage_is_in_the_first_screen(site_url: str, in_browser: InBrowser) -> None:
    """On a desktop and on a phone the command of triage is seen without scrolling."""

    async def bottoms(browser: Browser) -> list[float]:
        found = []
        for width, height in ((1280, 800), (390, 844)):
            async with opened(browser, site_url + PAGE, width, height) as page:
                found.append(height - await page.evaluate(BOTTOM))
        return found

    assert min(in_browser(bottoms)) >= 0


def test_link_into_a_fold_opens_it(site_url: str, in_browser: InBrowser) -> None:
    """What comes after the incident is folded, until a link leads to it."""

    async def follow(browser: Browser) -> list[bool]:
        async with opened(browser, site_url + PAGE) as page:
            before = await page.evaluate(IS_OPEN)
            await page.click(".md-sidebar--secondary a[href='#why']")
            await page.wait_for_function(IS_OPEN)
            return [before, await page.evaluate(IS_OPEN)]

    assert in_browser(follow) == [False, True]


FOLDED = """
[...document.querySelectorAll("table[data-wide]")]
    .filter(table => [...table.rows].slice(1).some(row =>
        row.getBoundingClientRect().right > innerWidth || [...row.cells].slice(1).some(cell =>
            cell.dataset.label === undefined || cell.getBoundingClientRect().left > 40)))
    .map(table => table.textContent.slice(0, 80))
"""


def test_wide_table_folds_on_a_phone(site_url: str, in_browser: InBrowser) -> None:
    """On a phone each row of a wide table is a block, and each cell has the head of its column."""

    async def measure(browser: Browser) -> list[str]:
        async with opened(browser, f"{site_url}concurrency/decision-table/", 390, 844) as page:
            assert await page.locator("table[data-wide]").count() == 1
            unfolded: list[str] = await page.evaluate(FOLDED)
            return unfolded

    assert in_browser(measure) == []
