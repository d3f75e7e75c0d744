"""Small charts as inline SVG that takes the colour of the page's text.

Each chart has a title and a description for those who do not see it, and its
numbers stand in a table beside it.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

# Narrow enough for the text to be read on a phone.
WIDTH = 400
ROW = 26
LABELS = 172
NUMBERS = 66
MINE = "interpreter"


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


def bars(caption: Caption, rows: Sequence[tuple[str, float, str]]) -> str:
    """Draw horizontal bars.

    Args:
        caption: of the chart.
        rows: label, value of at least 0, and the text at the end of the bar.

    """
    scale = (WIDTH - LABELS - NUMBERS) / max(value for _, value, _ in rows)
    parts = []
    for number, (label, value, text) in enumerate(rows):
        top, length = number * ROW, value * scale
        parts += [
            _text(LABELS - 8, top + 17, label, "end"),
            _rect(LABELS, top + 4, length, 18, _opacity(label)),
            _text(LABELS + length + 6, top + 17, text, "start"),
        ]
    return _svg(caption, len(rows) * ROW + 4, parts)


def lines(
    caption: Caption,
    ticks: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    unit: str,
) -> str:
    """Draw lines over even steps, with a logarithmic scale of values.

    Args:
        caption: of the chart.
        ticks: labels of the steps.
        series: label and one value over 0 a step.
        unit: of the values.

    """
    left, right, height = 40, LABELS, 300
    values = [value for _, row in series for value in row]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def across(step: int) -> float:
        return left + step * (WIDTH - left - right) / (len(ticks) - 1)

    def up(value: float) -> float:
        return height - 30 - (math.log10(value) - low) / (high - low) * (height - 50)

    parts = [_text(left - 6, 8, unit, "end")]
    for power in range(low, high + 1):
        y = up(10.0**power)
        parts.append(
            f'<line x1="{left}" x2="{WIDTH - right}" y1="{y:.1f}" y2="{y:.1f}"'
            ' stroke="currentColor" stroke-opacity="0.2"/>'
        )
        parts.append(_text(left - 6, y + 4, f"{10.0**power:g}", "end"))
    parts += [_text(across(step), height - 8, tick, "middle") for step, tick in enumerate(ticks)]
    ends = _apart([up(row[-1]) for _, row in series])
    for number, (label, row) in enumerate(series):
        points = " ".join(f"{across(x):.1f},{up(value):.1f}" for x, value in enumerate(row))
        dash = "" if label.startswith(MINE) else ' stroke-dasharray="5 3"'
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-opacity="{_opacity(label)}"{dash}/>'
        )
        parts.append(_text(WIDTH - right + 8, ends[number] + 4, label, "start"))
    return _svg(caption, height, parts)


def grid(
    caption: Caption,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[tuple[Sequence[str], bool]]]],
) -> str:
    """Draw a table of cells.

    Args:
        caption: of the chart.
        columns: labels.
        rows: label, and for each column lines of text and whether the cell is marked.

    """
    left, tall = 56, 56
    wide = (WIDTH - left) / len(columns)
    parts = [
        _text(left + (place + 0.5) * wide, 14, label, "middle")
        for place, label in enumerate(columns)
    ]
    for number, (label, cells) in enumerate(rows):
        top = 22 + number * tall
        parts.append(_text(left - 6, top + tall / 2 + 4, label, "end"))
        for place, (texts, marked) in enumerate(cells):
            x = left + place * wide
            parts.append(_rect(x + 1, top + 1, wide - 2, tall - 2, 0.3 if marked else 0.06))
            first = top + tall / 2 + 4 - 8 * (len(texts) - 1)
            parts += [
                _text(x + wide / 2, first + 16 * line, text, "middle")
                for line, text in enumerate(texts)
            ]
    return _svg(caption, 22 + len(rows) * tall + 2, parts)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, opacity: float) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill-opacity="{opacity}"/>'


def _opacity(label: str) -> float:
    return 0.85 if label.startswith(MINE) else 0.4


def _apart(places: list[float], least: float = 14.0) -> list[float]:
    """Move labels down until none covers another."""
    moved = dict[int, float]()
    last = -math.inf
    for number in sorted(range(len(places)), key=places.__getitem__):
        last = moved[number] = max(places[number], last + least)
    return [moved[number] for number in range(len(places))]


def _svg(caption: Caption, height: int, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    name = caption.name
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        # So that text is about as large as that of the page where there is room.
        f' style="max-width: min(36rem, {WIDTH * 1.3:.0f}px)"'
        f' aria-labelledby="{name}-title {name}-desc" fill="currentColor" font-size="12">\n'
        f'<title id="{name}-title">{escape(caption.title)}</title>\n'
        f'<desc id="{name}-desc">{escape(caption.description)}</desc>\n{body}\n</svg>\n'
    )
