"""What a browser tells about each page when a reader opens it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

from tests.site import axe

WIDTHS = (390, 1280)
# A desktop window of 1280 pixels has 640 at 200 % zoom and 320 at 400 %.
ZOOMED = (640, 320)
# Tall enough for the whole navigation: axe cannot decide about a link that is out of sight.
TALL = 2400
A4 = 680  # pixels between the margins of a printed page
# What moved after it was first painted, and by how much; entries come a moment late. Web Vitals
# call 0.1 good; below a tenth of that it is a sidebar that a busy machine sized late.
SHIFTS = """
new Promise(done => {
    const found = [];
    const places = entry => entry.sources
        .map(source => `${entry.value} ${source.node?.className ?? source.node?.nodeName}`);
    const seen = list => list.getEntries().filter(entry => entry.value >= 0.01);
    new PerformanceObserver(list => found.push(...seen(list).flatMap(places)))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(found), 150);
})
"""
UNREACHABLE = """
[...document.querySelectorAll(".md-content *")]
    .filter(element => element.scrollWidth > element.clientWidth
        && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
        && element.tabIndex < 0)
    .map(element => element.outerHTML.slice(0, 200))
"""
CRAMPED = """
[...document.querySelectorAll("figure svg text")].filter(text => {
    const [inner, outer] = [text, text.ownerSVGElement].map(one => one.getBoundingClientRect());
    const size = parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    return size < 11 || inner.left < outer.left || inner.right > outer.right;
}).map(text => text.textContent)
"""
# The space at which a line of inline code breaks hangs over the margin and prints nothing, so what
# is inline is judged by the block around it.
CUT_OFF = """
[...document.querySelectorAll(".md-content :is(pre, code, table, figure, svg)")]
    .filter(element => {
        let block = element;
        while (getComputedStyle(block).display === "inline") block = block.parentElement;
        return block.getBoundingClientRect().right > innerWidth + 1
            || block.scrollWidth > block.clientWidth + 1;
    })
    .map(element => element.outerHTML.slice(0, 200))
"""


@dataclass
class Visit:
    """One page in one window.

    Attributes:
        page: address below the root of the site.
        width: of the window, in CSS pixels.
        hosts: host and port of each request.
        messages: what the console and uncaught errors said.
        needed_widths: of the whole page, for the window and, on a desktop, for each zoom.
        shifts: what moved while the page was loading.
        unreachable: what scrolls sideways and cannot be focused by keyboard.
        cramped: texts in drawings that are smaller than 11 pixels or leave the drawing.
        cut_off: what would be cut off on paper, for a desktop.
        faults: what axe finds.

    """

    page: str
    width: int
    hosts: set[str] = field(default_factory=set)
    messages: list[str] = field(default_factory=list)
    needed_widths: dict[int, int] = field(default_factory=dict)
    shifts: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)
    cramped: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def visit(window: Page, root: str, page: str, width: int, *, frame: bool) -> Visit:
    """Open a page in a window of that width and write down what happens.

    Args:
        window: where it is opened.
        root: address of the site.
        page: address below that.
        width: in CSS pixels.
        frame: whether axe looks at the header, the navigation and the footer too.

    """
    visited = Visit(page, width)
    listeners: dict[Any, Callable[[Any], None]] = {
        "request": lambda request: visited.hosts.add(urlsplit(request.url).netloc),
        "pageerror": lambda error: visited.messages.append(str(error)),
        "console": lambda message: visited.messages.append(message.text),
    }
    for event, listener in listeners.items():
        window.on(event, listener)
    await window.set_viewport_size({"width": width, "height": 844})
    await window.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    await window.goto(root + page)
    visited.shifts = await window.evaluate(SHIFTS)
    visited.unreachable = await window.evaluate(UNREACHABLE)
    visited.cramped = await window.evaluate(CRAMPED)
    desktop = width > A4
    for narrow in (width, *(ZOOMED if desktop else ())):
        await window.set_viewport_size({"width": narrow, "height": 844})
        visited.needed_widths[narrow] = await window.evaluate(
            "document.documentElement.scrollWidth"
        )
    if desktop:
        await window.set_viewport_size({"width": A4, "height": 844})
        await window.emulate_media(media="print")
        visited.cut_off = await window.evaluate(CUT_OFF)
    for event, listener in listeners.items():
        window.remove_listener(event, listener)
    await window.set_viewport_size({"width": width, "height": TALL if desktop else 844})
    visited.faults = await axe.examine(window, frame=frame, colours=frame or desktop)
    # Scripts of the theme may fail without the parts that axe took out; that ends with the page.
    await window.goto("about:blank")
    return visited


async def visit_all(browser: Browser, root: str, pages: list[str]) -> list[Visit]:
    """Visit every page on a phone and, at the same time, on a desktop."""
    # The frame is the same on all pages of a folder.
    framed = {page.rpartition("/")[0].rpartition("/")[0]: page for page in pages}.values()

    async def visit_each(width: int) -> list[Visit]:
        window = await browser.new_page()
        visited = [await visit(window, root, page, width, frame=page in framed) for page in pages]
        await window.close()
        return visited

    return [
        visited for visits in await asyncio.gather(*map(visit_each, WIDTHS)) for visited in visits
    ]
