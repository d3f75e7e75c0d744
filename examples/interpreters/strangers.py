"""Slices for functions that are not ours, to see whether these may move.

python -m examples.interpreters.bench --quick --function statistics:stdev \
        --slices examples.interpreters.strangers:closes
python -m examples.interpreters.bench --quick --function markdown:markdown \
        --slices examples.interpreters.strangers:pages
python -m examples.interpreters.bench --quick --function charset_normalizer:detect \
        --slices examples.interpreters.strangers:letters
    python -m examples.interpreters.bench --quick --function mimetypes:guess_type \
        --slices examples.interpreters.strangers:files
"""

from array import array

from examples.interpreters.workloads import market

SEED = 2026
INSTRUMENTS, BARS = 64, 1000
SECTION = """
## Instrument {name}

| bar | close |
| --- | ---: |
| first | {first:.2f} |
| last | {last:.2f} |

- The price moved by **{change:+.1%}**.
- See [the report](https://example.org/{name}).
"""


def closes() -> list[array[float]]:
    """Give the closing prices of each instrument, packed."""
    return [one.closes for one in market.generate(SEED, INSTRUMENTS, BARS)]


def pages() -> list[str]:
    """Give a page of Markdown for each instrument."""
    return [
        10
        * SECTION.format(
            name=one.symbol,
            first=one.closes[0],
            last=one.closes[-1],
            change=one.closes[-1] / one.closes[0] - 1.0,
        )
        for one in market.generate(SEED, INSTRUMENTS, 60)
    ]


def letters() -> list[bytes]:
    """Give the same pages in an encoding that has to be guessed."""
    return [("Größe: " + page).encode("cp1252") for page in pages()]


def files() -> list[str]:
    """Give names of files."""
    return [f"{one.symbol}.html" for one in market.generate(SEED, INSTRUMENTS, 1)]
