"""Join the modules of triage into one file that a reader can copy, pipe and read.

``python -m scripts.build_triage --output build/triage.py``. The file is
``examples/triage/__main__.py`` with the modules in place of its import, each after those that
it imports. Python reads a file as a whole before it runs the first line, so each module is a
string: any Python back to 2.7 can parse that, and say in one line that it is too old.
"""

import argparse
import ast
import graphlib
import hashlib
import os
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "examples.triage"
# How a module asks for the text of a file beside it.
TEXT_OF_FILE = "Path(__file__).with_name("

HEADER = """\
import __future__

# Made by scripts/build_triage.py of the IRIS runtime runbook from the {count} modules of
# examples/triage: change those, not this file. Each of them is a string, so that a Python that is
# too old for it still comes to the check above. Nothing in it is encoded.
{texts}
MODULES = [{modules}]


def run_modules(texts, line):
    # All in one take more time to compile than one after the other, and three times the memory.
    # The empty lines give each line the number that it has in this file.
    name, flags = globals().get("__file__", "<stdin>"), __future__.annotations.compiler_flag
    for text in texts:
        exec(compile("\\n" * line + text, name, "exec", flags), globals())
        line += text.count("\\n")


run_modules(MODULES, {skipped})
"""
OWN_NAMES = ("MODULES", "run_modules")


class BuildError(Exception):
    """The modules cannot be joined; the text says which, and why."""


@dataclass
class Module:
    """One module of the package.

    Attributes:
        name: dotted name below the package.
        source: its text.
        needs: names of the modules of the package that it imports.
        imports: imports of the standard library, one statement for each name.
        names: what it defines at its top level.
        texts: content of the files that it reads beside it, by the name that it gives to it.
        body: its text without docstring and imports.

    """

    name: str
    source: str
    needs: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def path(self) -> str:
        """Its path below the package."""
        return f"{self.name.replace('.', '/')}.py"


def built(root: Path = ROOT) -> str:
    """Give the text of the one file.

    Args:
        root: the checkout.

    Raises:
        BuildError: when two modules define the same name, or import in a way that one file
            cannot have.

    """
    package = root / PACKAGE.replace(".", "/")
    modules = _reachable(package, "cli")
    order = graphlib.TopologicalSorter({module.name: module.needs for module in modules.values()})
    ordered = [modules[name] for name in order.static_order()]
    _ensure_unique(ordered)
    main = (package / "__main__.py").read_text()
    marker = f"from {PACKAGE}.cli import main"
    before, found, after = main.partition(marker)
    if not found:
        raise BuildError(f"__main__.py: expected the line {marker!r}")
    texts = {name: text for module in ordered for name, text in module.texts.items()}
    joined = HEADER.format(
        count=len(ordered),
        texts="".join(f"\n{name} = r'''{text}'''\n" for name, text in texts.items()),
        modules=", ".join(f"r'''\n{text}'''" for text in _texts(ordered)),
        skipped="{skipped}",
    )
    skipped = (before + joined).partition("MODULES = [r'''\n")[0].count("\n")
    return before + joined.replace("{skipped}", str(skipped)) + after.partition("\n")[2]


def write(output: Path, root: Path = ROOT) -> str:
    """Write the one file, whole or not at all, and give its SHA-256 in hexadecimal digits.

    Args:
        output: where it goes; the folder is made.
        root: the checkout.

    Raises:
        BuildError: see `built`.

    """
    text = built(root)
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}")
    part.write_text(text)
    part.chmod(0o755)
    part.replace(output)
    return hashlib.sha256(text.encode()).hexdigest()


def _reachable(package: Path, first: str) -> dict[str, Module]:
    """Read `first` and every module of the package that it needs, by name."""
    modules: dict[str, Module] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in modules:
            modules[name] = _module(package, name)
            waiting += modules[name].needs
    return modules


def _module(package: Path, name: str) -> Module:
    file = package / f"{name.replace('.', '/')}.py"
    if not file.exists():
        raise BuildError(f"{name}: import names from modules, not from packages")
    source = file.read_text()
    module = Module(name, source, names=_defined(source))
    dropped: set[int] = set()
    for node in ast.parse(source).body:
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node, ast.Import | ast.ImportFrom):
            _add_import(module, node)
            dropped.update(lines)
        elif text := _text_of_file(file, node):
            module.texts.update(text)
            dropped.update(lines)
        elif isinstance(node, ast.Expr):  # the docstring
            dropped.update(lines)
    kept = [line for number, line in enumerate(source.splitlines(), 1) if number not in dropped]
    module.body = "\n".join(kept).strip("\n")
    if "'''" in source or any("'''" in text for text in module.texts.values()):
        raise BuildError(f"{module.path}: three single quotes would end the string of the program")
    return module


def _add_import(module: Module, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
        if any(name.asname for name in node.names):
            raise BuildError(f"{module.path}:{node.lineno}: one file has no 'import ... as'")
        module.needs.append((node.module or "").removeprefix(PACKAGE).removeprefix("."))
    elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
        module.imports += [f"from {node.module} import {_named(name)}" for name in node.names]
    elif isinstance(node, ast.Import):
        module.imports += [f"import {_named(name)}" for name in node.names]


def _named(name: ast.alias) -> str:
    return f"{name.name} as {name.asname}" if name.asname else name.name


def _text_of_file(file: Path, node: ast.stmt) -> dict[str, str]:
    """Give name and content for ``NAME = Path(__file__).with_name("file").read_text()``."""
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return {}
    if TEXT_OF_FILE not in (value := ast.unparse(node.value)):
        return {}
    beside = value.partition(TEXT_OF_FILE)[2].partition(")")[0].strip("'")
    return {node.targets[0].id: file.with_name(beside).read_text()}


def _defined(source: str) -> list[str]:
    """List what a module binds at its top level, imports aside."""
    table = symtable.symtable(source, "module", "exec")
    return [
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() and not symbol.is_imported()
    ]


def _ensure_unique(modules: list[Module]) -> None:
    homes = dict.fromkeys(OWN_NAMES, "the head of the file")
    for module in modules:
        for statement in module.imports:
            homes[statement.split()[-1].partition(".")[0]] = "an import"
    twice = [
        f"{module.path} and {homes[name]} both define {name}"
        for module in modules
        for name in module.names
        if homes.setdefault(name, module.path) != module.path
    ]
    if twice:
        raise BuildError("; ".join(twice))


def _texts(modules: list[Module]) -> Iterator[str]:
    imports = {statement for module in modules for statement in module.imports}
    ordered = sorted(imports, key=lambda line: (line.startswith("from"), line))
    yield "".join(f"{statement}\n" for statement in ordered)
    for module in modules:
        docstring = ast.get_docstring(ast.parse(module.source)) or ""
        lines = [f"# {'-' * 70} {module.path}"]
        lines += [f"# {line}".rstrip() for line in docstring.splitlines()]
        yield "\n".join([*lines, "", "", module.body, ""])


def main() -> None:
    """Write the file, and print its SHA-256 in the form of sha256sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "build/triage.py", metavar="FILE")
    options = parser.parse_args()
    try:
        digest = write(options.output)
    except BuildError as error:
        parser.exit(1, f"error: {error}\n")
    print(f"{digest}  {options.output}")


if __name__ == "__main__":
    main()
