"""Drawings have contrast, the focus shows, nothing moves for those who ask; and axe is awake."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser

from tests.site import axe
from tests.site.built import Site
from tests.site.conftest import InBrowser
from tests.site.focus import SHOWS_FOCUS

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
            for scheme in axe.OPTIONS:
                await page.emulate_media(color_scheme=scheme)
                await page.evaluate(axe.SETTLED)
                result = await page.evaluate(CONTRAST_OF_DRAWINGS)
                pale.extend(f"/{address} ({scheme}): {line}" for line in result)
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
        found.extend(await axe.findings(page, axe.OPTIONS["light"]))
        await page.close()

    in_browser(examine)

    result = "\n".join(found)
    assert "image-alt" in result
    assert "color-contrast" in result


def test_each_kind_of_block_is_examined_once(site_url: str, in_browser: InBrowser) -> None:
    """On a second page axe sees only blocks with something new in them, none where none is."""
    first = "<p>one</p><p>two</p><ul><li>three</ul>"
    second = "<p>four</p><ul><li>five <b>six</b></ul><p style='color:#ccc'>pale</p>"
    left: list[tuple[bool, int]] = []
    found: list[str] = []

    async def visit(browser: Browser) -> None:
        page = await browser.new_page()
        await page.goto(site_url)
        for blocks in (first, second, second):
            article = f"<article class='md-content'><div class='md-content__inner'>{blocks}"
            await page.set_content(article)
            is_new = await axe.prepare(page, frame=False)
            left.append((is_new, await page.locator(".md-content__inner > *").count()))
            if is_new:
                found.extend(await axe.examine(page, frame=False, colours=True))
        await page.close()

    in_browser(visit)

    assert left == [(True, 2), (True, 2), (False, 0)]
    assert "color-contrast" in "\n".join(found)


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
            result = await page.evaluate(SHOWS_FOCUS)
            if result is None:
                break
            stops.append(result[1])
            if not result[0]:
                hidden.append(result[1])
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
