"""What a browser tells about each page when a reader opens it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page

from tests.site import axe

WIDTHS = (390, 1280)
HEIGHT = 844
# A desktop window of 1280 pixels has 640 at 200 % zoom and 320 at 400 %.
ZOOMED = (640, 320)
# Tall enough for the whole navigation: axe cannot decide about a link that is out of sight.
TALL = 2400
A4 = 680  # pixels between the margins of a printed page
NEEDED = "document.documentElement.scrollWidth"
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
        shifts: what moved while the page was loading, where it was loaded.
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


async def visit(window: Page, root: str, page: str, *, frame: bool) -> list[Visit]:
    """Open a page on a phone, look at it on a desktop too, and write down what happens.

    Args:
        window: where that is done.
        root: address of the site.
        page: address below that.
        frame: whether to look at the header, the navigation and the footer too: the page is loaded
            on the desktop once more, and axe examines them.

    """
    phone, desktop = (Visit(page, width) for width in WIDTHS)
    with _listening(window, phone):
        await _load(window, root, phone)
        await _measure(window, phone)
    with _listening(window, desktop):
        # The phone shows no sidebars. The text is the same, and its width is CSS.
        if frame:
            await _load(window, root, desktop)
        else:
            await window.emulate_media(reduced_motion="reduce")  # the sidebars would slide in
        await _measure(window, desktop)
        await _narrow(window, desktop)
    if await axe.prepare(window, frame=frame):
        await window.set_viewport_size({"width": desktop.width, "height": TALL})
        desktop.faults = await axe.examine(window, frame=frame, colours=True)
        await window.set_viewport_size({"width": phone.width, "height": HEIGHT})
        phone.faults = await axe.examine(window, frame=frame, colours=frame)
    # Scripts of the theme may fail without the parts that axe took out; that ends with the page.
    await window.goto("about:blank")
    return [phone, desktop]


@contextmanager
def _listening(window: Page, visited: Visit) -> Iterator[None]:
    listeners: dict[Any, Callable[[Any], None]] = {
        "request": lambda request: visited.hosts.add(urlsplit(request.url).netloc),
        "pageerror": lambda error: visited.messages.append(str(error)),
        "console": lambda message: visited.messages.append(message.text),
    }
    for event, listener in listeners.items():
        window.on(event, listener)
    yield
    for event, listener in listeners.items():
        window.remove_listener(event, listener)


async def _load(window: Page, root: str, visited: Visit) -> None:
    await window.set_viewport_size({"width": visited.width, "height": HEIGHT})
    await window.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    await window.goto(root + visited.page)
    visited.shifts = await window.evaluate(SHIFTS)


async def _measure(window: Page, visited: Visit) -> None:
    await window.set_viewport_size({"width": visited.width, "height": HEIGHT})
    visited.unreachable = await window.evaluate(UNREACHABLE)
    visited.cramped = await window.evaluate(CRAMPED)
    visited.needed_widths[visited.width] = await window.evaluate(NEEDED)


async def _narrow(window: Page, visited: Visit) -> None:
    """Zoom into a page, and print it."""
    for width in ZOOMED:
        await window.set_viewport_size({"width": width, "height": HEIGHT})
        visited.needed_widths[width] = await window.evaluate(NEEDED)
    await window.set_viewport_size({"width": A4, "height": HEIGHT})
    await window.emulate_media(media="print")
    visited.cut_off = await window.evaluate(CUT_OFF)


async def visit_all(browser: Browser, root: str, pages: list[str]) -> list[Visit]:
    """Visit every page, one half of them in one window and the other at the same time."""
    # The frame is the same on all pages of a folder.
    framed = {page.rpartition("/")[0].rpartition("/")[0]: page for page in pages}.values()

    context = await browser.new_context()

    async def visit_each(half: list[str]) -> list[Visit]:
        window = await context.new_page()
        visits = [await visit(window, root, page, frame=page in framed) for page in half]
        return list(chain.from_iterable(visits))

    halves = await asyncio.gather(visit_each(pages[::2]), visit_each(pages[1::2]))
    await context.close()
    return list(chain.from_iterable(halves))
