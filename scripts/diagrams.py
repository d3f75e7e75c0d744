"""Draw the diagrams of the site: python scripts/diagrams.py.

Each is a small SVG that a page includes inline, so that it takes its colours
from the palette. All are 400 units wide: on a phone a unit is almost a pixel,
and the text stays readable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path("docs/assets/diagrams")
WIDTH = 400
LINE = 16  # height of a line of text
PAD = 8
# Widest average letter of the fonts in the stylesheet, in units, for text and for code.
LETTER = {"text": 6.9, "code": 7.3}


@dataclass
class Diagram:
    """A picture that grows downwards.

    Attributes:
        name: of the file, without its ending, and start of the ids in it.
        title: what it is, in a few words.
        description: what it shows, for a reader who does not see it.

    """

    name: str
    title: str
    description: str
    parts: list[str] = field(default_factory=list)
    height: float = 0

    def text(
        self, x: float, y: float, line: str, kind: str = "text", anchor: str = "start"
    ) -> None:
        """Write one line with its baseline at `y`; a line in backticks is code."""
        mark = f' class="{kind}"' if kind != "text" else ""
        place = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(f'<text x="{x:g}" y="{y:g}"{mark}{place}>{escape(line)}</text>')
        self.height = max(self.height, y + PAD)

    def shape(self, style: str, x: float, y: float, width: float, height: float) -> None:
        """Draw a rectangle; the stylesheet says how each style looks."""
        self.parts.append(
            f'<rect class="{style}" x="{x:g}" y="{y:g}" '
            f'width="{width:g}" height="{height:g}" rx="4"/>'
        )
        self.height = max(self.height, y + height + 2)

    def line(self, path: str) -> None:
        """Draw a line along an SVG path."""
        self.parts.append(f'<path class="arrow" d="{path}"/>')

    def box(self, x: float, y: float, width: float, lines: str, style: str = "plain") -> float:
        """Draw a box around lines of text and return its lower edge.

        Args:
            x: left edge.
            y: upper edge.
            width: of the box.
            lines: separated by newlines; one in backticks is set as code.
            style: `plain`, `start`, `good`, `bad` or `quiet`; the stylesheet says how each looks.

        Raises:
            ValueError: when a line does not fit.

        """
        written = lines.split("\n")
        height = LINE * len(written) + 2 * PAD - 2
        self.shape(style, x, y, width, height)
        for number, line in enumerate(written):
            kind = "code" if line.startswith("`") else "text"
            shown = line.strip("`")
            if len(shown) * LETTER[kind] > width - PAD:
                raise ValueError(f"{self.name}: {shown!r} is too long for {width} units")
            self.text(x + width / 2, y + PAD + LINE * number + 11, shown, kind, "middle")
        return y + height

    def arrow(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a straight arrow to the right or downwards."""
        self.line(f"M{x1:g} {y1:g}L{x2:g} {y2:g}")
        wings = "l-6 -4v8z" if y1 == y2 else "l-4 -6h8z"
        self.parts.append(f'<path class="head" d="M{x2:g} {y2:g}{wings}"/>')

    def svg(self) -> str:
        """Return the picture as text."""
        box = f'viewBox="0 0 {WIDTH} {self.height:g}"'
        named = f'role="img" aria-labelledby="{self.name}-title {self.name}-desc"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} {named}>',
            f'<title id="{self.name}-title">{escape(self.title)}</title>',
            f'<desc id="{self.name}-desc">{escape(self.description)}</desc>',
            *self.parts,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def diagnosis_path() -> Diagram:
    """Draw the way from a symptom to one of the causes."""
    rows = (
        ("nothing, exit status 0", "wrong process,\nor ps is blind", "quiet"),
        ("one task with one frame,\nthe same each time", "blocking call\nin the event loop", "bad"),
        ("more tasks each time", "runaway\ntask creation", "bad"),
        ("tasks whose client\nor owner is gone", "missing\ncancellation", "bad"),
        ("many tasks at one lock,\nqueue or pool", "starvation\non a shared resource", "bad"),
    )
    answers = [
        f"{seen}: look for {cause}.".replace("\n", " ").capitalize() for seen, cause, _ in rows
    ]
    diagram = Diagram(
        "diagnosis-path",
        "From a symptom to a cause",
        " ".join(["Find the PID, run pstree twice, and compare.", *answers]),
    )
    bottom = diagram.box(100, 2, 200, "Find the PID", "start")
    diagram.arrow(200, bottom, 200, bottom + 16)
    steps = "`python -m asyncio pstree PID`\ntwice, a few seconds apart"
    bottom = diagram.box(70, bottom + 16, 260, steps, "start")
    diagram.arrow(200, bottom, 200, bottom + 16)
    diagram.text(2, bottom + 30, "What you see", "quiet")
    diagram.text(236, bottom + 30, "Look for", "quiet")
    y = bottom + 40
    for seen, cause, style in rows:
        lower = diagram.box(236, y, 162, cause, style)
        middle = (y + lower) / 2
        one_line = "\n" not in seen
        diagram.box(2, y + (LINE / 2 if one_line else 0), 200, seen)
        diagram.arrow(202, middle, 236, middle)
        y = lower + 10
    return diagram


def process_trees() -> Diagram:
    """Draw which process of uvicorn and of TaskIQ holds the event loop."""
    diagram = Diagram(
        "process-trees",
        "Which process holds the event loop",
        "One uvicorn process holds its own loop. With two workers, uvicorn is a supervisor without "
        "a loop, and each worker holds one. A TaskIQ worker command starts a manager, the manager "
        "starts a forkserver, and the worker with the loop is a child of the forkserver.",
    )
    diagram.text(2, 12, "uvicorn app:app", "code")
    bottom = diagram.box(2, 20, 128, "uvicorn", "good")
    children = [("resource tracker", "quiet"), ("worker", "good"), ("worker", "good")]
    bottom = family(diagram, bottom + 26, "uvicorn app:app --workers 2", "supervisor", children)
    children = [("resource tracker", "quiet"), ("forkserver", "quiet")]
    bottom = family(
        diagram, bottom + 26, "taskiq worker app:broker --workers 1", "manager", children
    )
    diagram.arrow(262, bottom - 15, 284, bottom - 15)
    diagram.box(284, bottom - 30, 114, "worker", "good")
    for x, style, meaning in (
        (2, "good", "inspect this one"),
        (160, "quiet", "no event loop in it"),
    ):
        diagram.shape(style, x, bottom + 18, 14, 14)
        diagram.text(x + 20, bottom + 29, meaning)
    return diagram


def family(
    diagram: Diagram, y: float, command: str, parent: str, children: Sequence[tuple[str, str]]
) -> float:
    """Draw a command, its process and the children below it; return the lower edge."""
    diagram.text(2, y, command, "code")
    bottom = diagram.box(2, y + 8, 128, parent, "quiet")
    lower = bottom
    for number, (name, style) in enumerate(children):
        x = 2 + 134 * number
        diagram.line(f"M66 {bottom:g}V{bottom + 12:g}H{x + 64:g}")
        diagram.arrow(x + 64, bottom + 12, x + 64, bottom + 24)
        lower = diagram.box(x, bottom + 24, 128, name, style)
    return lower


def waiter_and_holder() -> Diagram:
    """Draw a lock that one task holds across a slow await while others queue."""
    diagram = Diagram(
        "waiter-and-holder",
        "One task holds the lock, the others wait for it",
        "Three tasks wait in Lock.acquire. A fourth went through the same function, holds it, "
        "and waits for a slow downstream. The holder is the task that stands in the same function "
        "with another leaf.",
    )
    diagram.text(2, 12, "wait for the lock", "quiet")
    diagram.text(236, 12, "holds the lock", "quiet")
    y = 20.0
    middles = []
    for name in ("Task-4", "Task-5", "Task-8"):
        lower = diagram.box(2, y, 170, f"{name}\n`Lock.acquire`", "quiet")
        middles.append((y + lower) / 2)
        y = lower + 10
    for middle in middles:
        diagram.line(f"M172 {middle:g}H200V{middles[1]:g}")
    diagram.arrow(200, middles[1], 236, middles[1])
    bottom = diagram.box(236, middles[1] - 23, 162, "Task-3\nanother leaf", "bad")
    diagram.arrow(317, bottom, 317, bottom + 20)
    diagram.box(236, bottom + 20, 162, "slow downstream")
    return diagram


def executors() -> Diagram:
    """Draw what runs where with asyncio and with each of the three executors."""
    diagram = Diagram(
        "executors",
        "Four ways to run work, by process, interpreter and GIL",
        "asyncio runs all tasks on one thread. ThreadPoolExecutor runs threads that share one GIL. "
        "InterpreterPoolExecutor runs threads in one process, each with an interpreter and a GIL "
        "of its own. ProcessPoolExecutor runs processes, each with its own of all three.",
    )
    # Of each: the interpreters of each process, and the work in each interpreter.
    cells = (
        (2, 2, "asyncio", [[["task", "task", "task"]]], "one thread"),
        (204, 2, "ThreadPoolExecutor", [[["thread", "thread"]]], "one GIL for all"),
        (2, 142, "InterpreterPoolExecutor", [[["thread"], ["thread"]]], "one process, a GIL each"),
        (204, 142, "ProcessPoolExecutor", [[["thread"]], [["thread"]]], "a process each"),
    )
    for x, y, name, processes, note in cells:
        diagram.text(x, y + 12, name)
        for left, width, interpreters in columns(x, 194, processes, 8):
            diagram.shape("plain", left, y + 20, width, 88)
            for inner, inner_width, work in columns(left + 5, width - 10, interpreters, 6):
                diagram.shape("good", inner, y + 25, inner_width, 78)
                for place, narrow, label in columns(inner + 5, inner_width - 10, work, 5):
                    diagram.box(place, y + 33, narrow, label)
                diagram.text(inner + inner_width / 2, y + 94, "GIL", "quiet", "middle")
        diagram.text(x, y + 124, note, "quiet")
    for x, style, meaning in ((2, "plain", "process"), (204, "good", "interpreter")):
        diagram.shape(style, x, 284, 14, 14)
        diagram.text(x + 20, 295, meaning)
    return diagram


def columns[T](
    x: float, width: float, things: Sequence[T], gap: float
) -> Iterator[tuple[float, float, T]]:
    """Share a width among things; give the left edge and the width of each."""
    each = (width - gap * (len(things) - 1)) / len(things)
    for number, thing in enumerate(things):
        yield x + number * (each + gap), each, thing


def draw_all() -> dict[Path, str]:
    """Return each diagram by the file that holds it."""
    drawn = (diagnosis_path(), process_trees(), waiter_and_holder(), executors())
    return {FOLDER / f"{diagram.name}.svg": diagram.svg() for diagram in drawn}


if __name__ == "__main__":
    for file, svg in draw_all().items():
        file.write_text(svg)
