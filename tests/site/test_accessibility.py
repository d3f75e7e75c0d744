"""Every page passes axe, works from the keyboard, and keeps still for those who ask."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page

from tests.site.built import Site
from tests.site.conftest import InBrowser

# Every page in every window takes its time on a busy machine.
pytestmark = pytest.mark.timeout(600)

# Tall enough for the whole navigation: axe cannot decide about a link that is out of sight.
WINDOWS = {"desktop": (1280, 2400), "phone": (390, 844)}
WCAG = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']"
# No rule of ours needs more files than the browser has loaded, and what passed is not told.
BRIEF = "preload: false, resultTypes: ['violations', 'incomplete']"
# Another palette changes only colours, so the other rules run once.
OPTIONS: dict[Literal["light", "dark"], str] = {
    "light": f"{{runOnly: {{type: 'tag', values: {WCAG}}}, {BRIEF}}}",
    "dark": f"{{runOnly: {{type: 'rule', values: ['color-contrast']}}, {BRIEF}}}",
}
SHAPE = OPTIONS["light"].removesuffix("}") + ", rules: {'color-contrast': {enabled: false}}}"
CONTENT = ".md-content"
# axe cannot decide about text that scrolls out of sight, so all is wrapped while it looks.
WRAPPED = """
.md-typeset pre > code { white-space: break-spaces; overflow-wrap: anywhere }
.md-typeset .md-typeset__table table:not([class]) { table-layout: fixed; width: 100% }
.md-typeset table:not([class]) :is(th, td) { min-width: 0; overflow-wrap: anywhere }
"""
# A listing has many tokens and lines of the same colour, a table many rows of the same elements
# and attributes: one of each shows whether it can be read, and axe takes a fifth of the time.
THINNED = """
() => {
    const kind = element => [element.localName, element.className, element.style.cssText,
        element.getAttributeNames(), !element.textContent.trim(),
        ...[...element.children].map(kind)].join();
    for (const rows of document.querySelectorAll(".md-content tbody")) {
        const seen = new Set();
        for (const row of [...rows.rows]) {
            if (seen.has(kind(row))) row.remove();
            else seen.add(kind(row));
        }
    }
    for (const code of document.querySelectorAll("pre > code")) {
        const seen = new Set();
        for (const token of code.querySelectorAll("span[class]")) {
            if (seen.has(token.className)) token.replaceWith(...token.childNodes);
            seen.add(token.className);
        }
        code.normalize();
        const texts = document.createNodeIterator(code, NodeFilter.SHOW_TEXT);
        for (let text; text = texts.nextNode();) text.data = text.data.trim().split("\\n", 1)[0];
    }
}
"""
# Header, navigation and footer are looked at on one page of each folder.
WITHOUT_FRAME = """
document.querySelectorAll(".md-header, .md-sidebar, .md-footer").forEach(part => part.remove())
"""
# axe does not see what is behind the text of a drawing; CONTRAST_OF_DRAWINGS does.
DRAWINGS = "exclude: ['figure svg']"
# Each node of each finding, and each contrast that axe could not decide about.
TOLD = """
({violations, incomplete}) => [
    ...violations,
    ...incomplete.filter(rule => rule.id === "color-contrast"),
].flatMap(rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`))
"""
# The theme places its sidebars in the frame after a change of the window.
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def findings(page: Page, options: str, part: str = ":root") -> set[str]:
    """Run axe in a page and describe each finding; undecided contrast counts."""
    await page.evaluate(SETTLED)
    told: list[str] = await page.evaluate(
        f"axe.run({{include: ['{part}'], {DRAWINGS}}}, {options}).then({TOLD})"
    )
    return set(told)


async def look_at(page: Page, part: str) -> AsyncIterator[tuple[str, set[str]]]:
    """Give the findings for each window and palette."""
    await page.add_style_tag(content=WRAPPED)
    for window, (width, height) in WINDOWS.items():
        await page.set_viewport_size({"width": width, "height": height})
        for scheme, options in OPTIONS.items():
            # The colours of the content do not depend on the window.
            if window == "phone" and part == CONTENT:
                if scheme == "dark":
                    continue
                options = SHAPE  # noqa: PLW2901 - the same without the colours
            await page.emulate_media(color_scheme=scheme)
            yield f"{window}, {scheme}", await findings(page, options, part)


def test_axe_finds_nothing(built_site: Site, site_url: str, in_browser: InBrowser) -> None:
    """No page has a finding, on a desktop or a phone, in the light or the dark palette."""
    found: list[str] = []
    # The frame is the same on all pages of a folder.
    whole = {page.rpartition("/")[0].rpartition("/")[0]: page for page in built_site.pages}.values()

    async def examine(browser: Browser, pages: list[str]) -> None:
        page = await browser.new_page(reduced_motion="reduce")
        await page.add_init_script(AXE_SCRIPT)
        for address in pages:
            await page.goto(site_url + address)
            await page.evaluate(THINNED)
            part = ":root" if address in whole else CONTENT
            if part == CONTENT:
                await page.evaluate(WITHOUT_FRAME)
            async for window, told in look_at(page, part):
                found.extend(f"/{address} ({window}): {line}" for line in sorted(told))
        await page.close()

    async def examine_all(browser: Browser) -> None:
        pages = built_site.pages
        await asyncio.gather(examine(browser, pages[::2]), examine(browser, pages[1::2]))

    in_browser(examine_all)

    assert not found, "\n".join(found)


# Contrast by WCAG 2.2 of each text in a drawing with the shape behind it, or with the page.
CONTRAST_OF_DRAWINGS = """
() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgb = (...layers) => {
        for (const [colour, opacity] of layers) {
            canvas.globalAlpha = opacity;
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = colour => colour
        .map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const found = [];
    for (const text of document.querySelectorAll("figure svg text")) {
        const {x, y, width, height} = text.getBoundingClientRect();
        const behind = [...text.closest("svg").querySelectorAll("rect")].filter(shape => {
            const box = shape.getBoundingClientRect();
            return box.left <= x + width / 2 && x + width / 2 <= box.right
                && box.top <= y + height / 2 && y + height / 2 <= box.bottom;
        }).map(shape => getComputedStyle(shape)).filter(style => style.fill !== "none")
            .map(style => [style.fill, style.fillOpacity * style.opacity]);
        const page = [getComputedStyle(document.body).backgroundColor, 1];
        const paper = rgb(page, ...behind);
        const ink = rgb(page, ...behind, [getComputedStyle(text).fill, 1]);
        const [dark, light] = [luminance(paper), luminance(ink)].sort((a, b) => a - b);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < 4.5) found.push(`${text.textContent}: ${ratio.toFixed(2)}`);
    }
    return found;
}
"""


def test_text_in_drawings_has_contrast(
    built_site: Site, site_url: str, in_browser: InBrowser
) -> None:
    """Each text in a drawing has a contrast of 4.5 or more, in both palettes."""
    drawn = [page for page in built_site.pages if "<figure" in built_site.text(page)]
    pale: list[str] = []

    async def measure(browser: Browser) -> None:
        page = await browser.new_page(reduced_motion="reduce")
        for address in drawn:
            await page.goto(site_url + address)
            for scheme in OPTIONS:
                await page.emulate_media(color_scheme=scheme)
                await page.evaluate(SETTLED)
                told = await page.evaluate(CONTRAST_OF_DRAWINGS)
                pale.extend(f"/{address} ({scheme}): {line}" for line in told)
        await page.close()

    in_browser(measure)

    assert drawn
    assert not pale, "\n".join(pale)


def test_axe_sees_a_planted_fault(in_browser: InBrowser) -> None:
    """An image without a text and a pale paragraph are found."""
    found: list[str] = []

    async def examine(browser: Browser) -> None:
        page = await browser.new_page()
        await page.set_content('<main><img src="data:,"><p style="color:#ccc">pale</p></main>')
        await page.evaluate(AXE_SCRIPT)
        found.extend(await findings(page, OPTIONS["light"]))
        await page.close()

    in_browser(examine)

    told = "\n".join(found)
    assert "image-alt" in told
    assert "color-contrast" in told


# What shows that an element has the focus: itself, or the label of a hidden input.
SHOWS_FOCUS = """
() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    const shown = [focused, focused.nextElementSibling, ...(focused.labels ?? []),
        focused.closest("form, .tabbed-set")?.querySelector("label")];
    return [shown.some(element => element && getComputedStyle(element).outlineStyle !== "none"),
        focused.outerHTML.slice(0, 120)];
}
"""


def test_focus_is_always_visible(built_site: Site, site_url: str, in_browser: InBrowser) -> None:
    """Each stop of the Tab key on a page with tabs, code and details is outlined."""
    address = next(
        page for page in built_site.pages if 'class="tabbed-set' in built_site.text(page)
    )
    hidden: list[str] = []
    stops: list[str] = []

    async def walk(browser: Browser) -> None:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(site_url + address)
        while len(stops) < 200:
            await page.keyboard.press("Tab")
            told = await page.evaluate(SHOWS_FOCUS)
            if told is None:
                break
            stops.append(told[1])
            if not told[0]:
                hidden.append(told[1])
        await page.close()

    in_browser(walk)

    assert len(stops) > 10
    assert "skip" in stops[0]
    assert hidden == []


MOVING = """
[...document.querySelectorAll("*")].filter(element => {
    const style = getComputedStyle(element);
    const longest = Math.max(...`${style.transitionDuration},${style.animationDuration}`
        .split(",").map(parseFloat));
    return longest > 0.001 || style.scrollBehavior === "smooth";
}).map(element => element.outerHTML.slice(0, 120))
"""


def test_nothing_moves_for_those_who_ask(site_url: str, in_browser: InBrowser) -> None:
    """With reduced motion no element has a transition, an animation or smooth scrolling."""

    async def moving(browser: Browser) -> tuple[list[str], list[str]]:
        page = await browser.new_page()
        await page.goto(site_url)
        before = await page.evaluate(MOVING)
        await page.emulate_media(reduced_motion="reduce")
        after = await page.evaluate(MOVING)
        await page.close()
        return before, after

    before, after = in_browser(moving)

    assert before
    assert after == []
