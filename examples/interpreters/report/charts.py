"""Small charts as inline SVG that takes its colours from the palette of the page.

Each chart has a title and a description for those who do not see it, titles with
units on its axes, and its numbers stand in a table beside it. Colour says the family
of an executor, and the labels say it too.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from examples.interpreters.analysis.intervals import Interval
from examples.interpreters.analysis.results import FAMILIES

# Narrow enough for the text to be read on a phone.
WIDTH = 360
ROW = 26
LABELS = 176
NUMBERS = 48
TICKS, TITLE, LEGEND = 18, 18, 24  # pixels that each takes below a chart
LEGENDS = {"interpreter": "interpreters", "process": "processes", "other": "others"}
DASHES = {"objects": "", "packed": "6 3"}  # dashes by form; every other form is dotted


class Caption(NamedTuple):
    """What a chart says to those who do not see it.

    Attributes:
        name: unique on its page, for the ids.
        title: what is shown.
        description: what to read from it, in a sentence.

    """

    name: str
    title: str
    description: str


class Cell(NamedTuple):
    """A cell of a grid.

    Attributes:
        kind: family of the winner, `tie` or `undecided`.
        texts: its lines.

    """

    kind: str
    texts: Sequence[str]


def bars(caption: Caption, axis: str, rows: Sequence[tuple[str, Interval, str]]) -> str:
    """Draw horizontal bars over an axis from 0, each with its interval as a whisker.

    Args:
        caption: of the chart.
        axis: title of the axis, with the unit.
        rows: executor, value of at least 0 with its interval, and the text beside the bar.

    """
    step = _step(max(value.high for _, value, _ in rows))
    scale = (WIDTH - LABELS - NUMBERS) / max(value.high for _, value, _ in rows)
    bottom = len(rows) * ROW + 2
    parts = []
    for number in range(int((WIDTH - LABELS - NUMBERS) / scale / step) + 1):
        x = LABELS + number * step * scale
        parts.append(_line(x, 0, x, bottom + 4, "axis"))
        parts.append(_text(x, bottom + TICKS, f"{number * step:g}", "middle"))
    parts.append(_text(WIDTH - 2, bottom + TICKS + TITLE, axis, "end", "axis-title"))
    for number, (label, value, text) in enumerate(rows):
        top, end = number * ROW, LABELS + value.high * scale
        parts += [
            _text(LABELS - 8, top + 17, label, "end"),
            _rect((LABELS, top + 4, value.median * scale, 18), f"bar {_family(label)}"),
            _text(end + 6, top + 17, text, "start"),
        ]
        if value.low < value.high:
            parts.append(_line(LABELS + value.low * scale, top + 13, end, top + 13, "whisker"))
    drawn = bottom + TICKS + TITLE
    return _svg(caption, drawn + LEGEND, [*parts, *_legend(drawn, LEGENDS)])


def lines(
    caption: Caption,
    axes: tuple[str, str],
    ticks: Sequence[str],
    series: Sequence[tuple[str, Sequence[Interval]]],
) -> str:
    """Draw lines over even steps, with a logarithmic scale of values and their intervals.

    Args:
        caption: of the chart.
        axes: titles across and up, with their units.
        ticks: labels of the steps.
        series: executor and form, and one value over 0 a step.

    """
    left, right, top, bottom = 40, LABELS, 26, 290
    ends = [end for _, row in series for value in row for end in (value.low, value.high)]
    low, high = math.floor(math.log10(min(ends))), math.ceil(math.log10(max(ends)))

    def across(step: int) -> float:
        return left + step * (WIDTH - left - right) / (len(ticks) - 1)

    def up(value: float) -> float:
        return bottom - 8 - (math.log10(value) - low) / (high - low) * (bottom - 8 - top)

    parts = [
        _text(0, 12, axes[1], "start", "axis-title"),
        _text((left + WIDTH - right) / 2, bottom + TICKS + TITLE, axes[0], "middle", "axis-title"),
    ]
    for power in range(low, high + 1):
        y = up(10.0**power)
        parts.append(_line(left, y, WIDTH - right, y, "axis"))
        parts.append(_text(left - 6, y + 4, f"{10.0**power:g}", "end"))
    # There is no room for all of them on a phone.
    parts += [
        _text(across(step), bottom + TICKS, ticks[step], "middle")
        for step in range(0, len(ticks), 2)
    ]
    places = _apart([up(row[-1].median) for _, row in series])
    for number, (label, row) in enumerate(series):
        kind = _family(label)
        points = " ".join(f"{across(x):.1f},{up(value.median):.1f}" for x, value in enumerate(row))
        dash = DASHES.get(label.partition("/")[2], "1.5 3")
        parts.append(f'<polyline points="{points}" class="{kind}" stroke-dasharray="{dash}"/>')
        parts += [
            _line(across(x), up(value.low), across(x), up(value.high), f"whisker {kind}")
            for x, value in enumerate(row)
        ]
        parts.append(_text(WIDTH - right + 8, places[number] + 4, label, "start"))
    drawn = bottom + TICKS + TITLE
    return _svg(caption, drawn + LEGEND, [*parts, *_legend(drawn, ["interpreter", "process"])])


def grid(
    caption: Caption,
    axes: tuple[str, str],
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Cell]]],
) -> str:
    """Draw a table of cells.

    Args:
        caption: of the chart.
        axes: titles of the columns and of the rows.
        columns: labels.
        rows: label, and a cell for each column.

    """
    left, above, tall = 66, 38, 58
    wide = (WIDTH - left) / len(columns)
    parts = [
        _text((left + WIDTH) / 2, 12, axes[0], "middle", "axis-title"),
        _text(left - 6, 30, axes[1], "end", "axis-title"),
        *(
            _text(left + (place + 0.5) * wide, 30, label, "middle")
            for place, label in enumerate(columns)
        ),
    ]
    for number, (label, cells) in enumerate(rows):
        top = above + number * tall
        parts.append(_text(left - 6, top + tall / 2 + 4, label, "end"))
        for place, cell in enumerate(cells):
            x = left + place * wide
            parts.append(_rect((x + 2, top + 2, wide - 4, tall - 4), f"cell {cell.kind}"))
            first = top + tall / 2 + 4 - 8 * (len(cell.texts) - 1)
            parts += [
                _text(x + wide / 2, first + 16 * line, text, "middle")
                for line, text in enumerate(cell.texts)
            ]
    return _svg(caption, above + len(rows) * tall + 2, parts)


def _legend(top: float, kinds: Iterable[str]) -> list[str]:
    """Draw a swatch and a name for each family."""
    parts, x = [], 40.0
    for kind in kinds:
        parts += [
            _rect((x, top + 9, 11, 11), f"bar {kind}"),
            _text(x + 16, top + 19, LEGENDS[kind], "start"),
        ]
        x += 34 + 7 * len(LEGENDS[kind])
    return parts


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def _rect(box: tuple[float, float, float, float], kind: str) -> str:
    x, y, width, height = box
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} class="{kind}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _family(label: str) -> str:
    """Give the family whose colour an executor has; a TaskIQ worker is a process."""
    kind = label.partition("/")[0]
    found = "process" if kind == "taskiq" else FAMILIES.get(kind, "other")
    return found if found in LEGENDS else "other"


def _step(largest: float) -> float:
    """Give the smallest step of 1, 2 or 5 times a power of ten that needs at most three."""
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (0.5, 1.0, 2.0, 5.0) if largest / (step * power) < 4.0)


def _apart(places: list[float], least: float = 14.0) -> list[float]:
    """Move labels down until none covers another."""
    moved = dict[int, float]()
    last = -math.inf
    for number in sorted(range(len(places)), key=places.__getitem__):
        last = moved[number] = max(places[number], last + least)
    return [moved[number] for number in range(len(places))]


def _svg(caption: Caption, height: float, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    name = caption.name
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img"'
        # So that text is about as large as that of the page where there is room.
        f' style="max-width: min(36rem, {WIDTH * 1.3:.0f}px)"'
        f' aria-labelledby="{name}-title {name}-desc" fill="currentColor" font-size="12">\n'
        f'<title id="{name}-title">{escape(caption.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(caption.description)}</desc>\n{body}\n</svg>\n'
    )
