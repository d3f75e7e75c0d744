"""Find breaches of the runtime policy that no kept linter knows.

    python -m examples.checks.runtime_rules FILE...

Each finding is a line ``path:line:column: RP-NN what to do``. The exit status
is 0 without findings, 1 with some, 2 when a file cannot be read. The rules look
at one file at a time, by names: what they cannot see is said on the policy page.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STREAM_WAITS = {
    "open_connection",
    "open_unix_connection",
    "readexactly",
    "readline",
    "readuntil",
}
DEADLINES = {"timeout", "timeout_at", "wait_for", "move_on_after", "fail_after"}
NO_DEADLINE = {"timeout", "socket_timeout"}
QUEUES = {"Queue", "LifoQueue", "PriorityQueue"}
TASK_MAKERS = {"create_task", "ensure_future"}
GENERATOR_STEPS = {"anext", "__anext__", "asend"}
INTERPRETERS = {"InterpreterPoolExecutor", "interpreters"}
SERVICES = {"fastapi", "starlette", "taskiq", "uvicorn"}


@dataclass(frozen=True, order=True)
class Finding:
    """One breach: where it is, which rule, and what to do."""

    path: str
    line: int
    column: int
    rule: str
    advice: str

    def __str__(self) -> str:
        """Render the finding as linters do."""
        return f"{self.path}:{self.line}:{self.column}: {self.rule} {self.advice}"


class Checker(ast.NodeVisitor):
    """Walks one module and collects findings.

    Args:
        path: what findings name as their place.

    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self._deadlines = 0
        self._is_service = False
        self._pools: list[ast.stmt] = []

    def check(self, source: str) -> list[Finding]:
        """Return the findings in the source of a module, in order.

        Raises:
            SyntaxError: when it is not Python.

        """
        self.visit(ast.parse(source, self.path))
        if self._is_service:
            for statement in self._pools:
                self._add(statement, "RP-09", "keep interpreter pools out of services")
        return sorted(self.findings)

    def visit_Import(self, node: ast.Import) -> None:  # the name is ast's
        """Note what makes a service and what makes a pool."""
        self._note(node, [alias.name for alias in node.names])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # the name is ast's
        """Note what makes a service and what makes a pool."""
        names = [alias.name for alias in node.names]
        self._note(node, [node.module or "", *names])

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:  # the name is ast's
        """Know what runs under a deadline."""
        bounded = any(called(item.context_expr) in DEADLINES for item in node.items)
        for item in node.items:
            self.visit(item)
        self._deadlines += bounded
        for statement in node.body:
            self.visit(statement)
        self._deadlines -= bounded

    def visit_Await(self, node: ast.Await) -> None:  # the name is ast's
        """See waits for the network that nothing ends."""
        name = called(node.value)
        if name in STREAM_WAITS and not self._deadlines:
            self._add(node, "RP-01", f"put {name}() under asyncio.timeout()")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # the name is ast's
        """See queues without bounds, and tasks that are anonymous or blind the inspector."""
        name = called(node)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        for keyword in NO_DEADLINE & keywords.keys():
            if is_literal(keywords[keyword], None):
                self._add(node, "RP-01", f"give {name}() a {keyword}")
        if name in QUEUES and belongs_to(node, "asyncio"):
            size = node.args[0] if node.args else keywords.get("maxsize")
            if size is None or is_literal(size, 0):
                self._add(node, "RP-03", f"give {name}() a maxsize")
        if name in TASK_MAKERS:
            if node.args and called(node.args[0]) in GENERATOR_STEPS:
                self._add(node, "RP-06", "await the step in a coroutine of your own")
            if belongs_to(node, "asyncio") and "name" not in keywords:
                self._add(node, "RP-05", f"give {name}() a name, or use a TaskGroup")
        self.generic_visit(node)

    def _note(self, node: ast.stmt, names: list[str]) -> None:
        parts = {part for name in names for part in name.split(".")}
        self._is_service |= bool(parts & SERVICES)
        if parts & INTERPRETERS:
            self._pools.append(node)

    def _add(self, node: ast.expr | ast.stmt, rule: str, advice: str) -> None:
        self.findings.append(Finding(self.path, node.lineno, node.col_offset + 1, rule, advice))


def called(node: ast.AST) -> str:
    """Return the last part of the name that a node calls, or nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def belongs_to(node: ast.Call, module: str) -> bool:
    """Tell whether a call is ``module.name(...)``."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=found)):
            return found == module
    return False


def is_literal(node: ast.expr, value: object) -> bool:
    """Tell whether a node is this very literal."""
    return isinstance(node, ast.Constant) and node.value is value


def files(paths: list[Path]) -> Iterator[Path]:
    """Yield the Python files that paths name, those in folders included."""
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def main() -> None:
    """Check the files of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    found: list[Finding] = []
    for path in files(parser.parse_args().paths):
        try:
            found += Checker(str(path)).check(path.read_text())
        except (OSError, ValueError, SyntaxError) as error:
            sys.stderr.write(f"runtime_rules: error: {path}: {error}\n")
            sys.exit(2)
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
