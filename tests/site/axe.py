"""What axe finds in a page that a browser shows."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

type Palette = Literal["light", "dark"]
WCAG = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']"
# No rule of ours needs more files than the browser has loaded, and what passed is not told.
BRIEF = "preload: false, resultTypes: ['violations', 'incomplete']"
# Another palette changes only colours, so the other rules run once.
OPTIONS: dict[Palette, str] = {
    "light": f"{{runOnly: {{type: 'tag', values: {WCAG}}}, {BRIEF}}}",
    "dark": f"{{runOnly: {{type: 'rule', values: ['color-contrast']}}, {BRIEF}}}",
}
COLOURLESS = "rules: {'color-contrast': {enabled: false}}"
SHAPE: dict[Palette, str] = {"light": f"{OPTIONS['light'].removesuffix('}')}, {COLOURLESS}}}"}
# axe cannot decide about text that scrolls out of sight, so all is wrapped while it looks.
WRAPPED = """
.md-typeset pre > code { white-space: break-spaces; overflow-wrap: anywhere }
.md-typeset .md-typeset__table table:not([class]) { table-layout: fixed; width: 100% }
.md-typeset table:not([class]) :is(th, td) { min-width: 0; overflow-wrap: anywhere }
"""
# A listing has many tokens and lines of the same colour, a table many rows and the site many
# paragraphs of the same elements and attributes: one of each shows whether it can be read, and axe
# takes a fraction of the time. The windows of a context remember what one has shown.
THINNED = """
() => {
    const look = element => [element.localName, element.className, element.style.cssText,
        element.getAttributeNames(), !element.textContent.trim()].join();
    const kind = element => [look(element), ...[...element.children].map(kind)].join();
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
    const shown = new Set(JSON.parse(localStorage.getItem("shown") ?? "[]"));
    const looks = (element, above) => {
        const chain = `${above} ${look(element)}`;
        return [chain, ...[...element.children].flatMap(child => looks(child, chain))];
    };
    for (const block of document.querySelectorAll(".md-content__inner > *")) {
        const chains = looks(block, "");
        if (chains.every(chain => shown.has(chain))) block.remove();
        chains.forEach(chain => shown.add(chain));
    }
    localStorage.setItem("shown", JSON.stringify([...shown]));
    return document.querySelector(".md-content__inner > *") !== null;
}
"""
# Header, navigation and footer are looked at on one page of each folder.
WITHOUT_FRAME = """
document.querySelectorAll(".md-header, .md-sidebar, .md-footer").forEach(part => part.remove())
"""
# axe does not see what is behind the text of a drawing; a test of its own does.
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
    results: list[str] = await page.evaluate(
        f"axe.run({{include: ['{part}'], {DRAWINGS}}}, {options}).then({TOLD})"
    )
    return set(results)


async def prepare(page: Page, *, frame: bool) -> bool:
    """Take out of a page what need not be examined twice, and load axe into it.

    Args:
        page: as it was loaded; it is changed for good.
        frame: whether to keep the header, the navigation and the footer.

    Returns:
        Whether anything is left to examine.

    """
    is_new: bool = await page.evaluate(THINNED)
    if not frame:
        if not is_new:
            return False
        await page.evaluate(WITHOUT_FRAME)
    await page.evaluate(AXE_SCRIPT)
    await page.add_style_tag(content=WRAPPED)
    return True


async def examine(page: Page, *, frame: bool, colours: bool) -> list[str]:
    """Describe what axe finds in a prepared page in its window, in both palettes.

    Args:
        page: as `prepare` left it.
        frame: whether to look at the header, the navigation and the footer too.
        colours: whether to look at the contrast of the texts.

    """
    found: list[str] = []
    for scheme, options in (OPTIONS if colours else SHAPE).items():
        await page.emulate_media(media="screen", color_scheme=scheme, reduced_motion="reduce")
        results = await findings(page, options, ":root" if frame else ".md-content")
        found += [f"{scheme}: {line}" for line in sorted(results)]
    return found
