"""Draw a captured output as a terminal: ``python -m scripts.picture``.

It reads what triage printed on the service of one incident, and writes the picture that
README.md shows. The colours follow the reader's palette.
"""

from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "examples/incidents/stuck_await/triage.out"
PICTURE = ROOT / "docs/assets/triage.svg"
COLUMN, LINE, MARGIN = 7.8, 19, 16  # pixels
STYLE = """
svg { color-scheme: light dark; }
rect { fill: light-dark(#f4f6f8, #1c2328); stroke: light-dark(#cfd8dd, #36424a); }
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; \
fill: light-dark(#1d262c, #dfe6ea); white-space: pre; }
.command { fill: light-dark(#0a5a83, #86c9ee); font-weight: bold; }
"""


def picture(text: str) -> str:
    """Draw the lines of a captured output.

    Args:
        text: a transcript of one command; its exit status and what it elides are left out.

    """
    lines = [line for line in text.splitlines() if not line.startswith(("? ", "..."))]
    width = max(map(len, lines)) * COLUMN + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    drawn = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + (row + 0.75) * LINE:g}"'
        f"{' class="command"' if line.startswith('$ ') else ''}>{escape(line)}</text>"
        for row, line in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img"'
        f' width="{width:g}" aria-label="What triage prints">\n<style>{STYLE}</style>\n'
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1}" rx="6"/>\n'
        f"{drawn}\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(OUTPUT.read_text()))
