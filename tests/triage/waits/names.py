"""Finds a function in the source of an installed library, which is read and never imported."""

import ast
import functools
import pathlib
from collections.abc import Iterable, Sequence

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def find(name: str, places: Sequence[pathlib.Path]) -> str:
    """Look a function or a class up.

    Args:
        name: as ``module:qualified.name``.
        places: folders that modules are imported from, the first that has it decides.

    Returns:
        What is wrong; empty when it was found.

    """
    module, _, qualified = name.partition(":")
    path = _file(module, places)
    if path is None and (compiled := _compiled(module, places)):
        inside = qualified.rpartition(".")[2].encode() in compiled.read_bytes()
        return "" if inside else f"{compiled.name} has no {qualified}"
    if path is None:
        return f"there is no module {module}"
    # A name may be defined more than once, such as for each overload.
    scopes: list[Scope] = [_tree(path)]
    for part in qualified.split("."):
        if part != "<locals>":
            scopes = [
                found
                for scope in scopes
                for found in _definitions(scope.body)
                if found.name == part
            ]
        if not scopes:
            return f"{path.name} has no {part} of {qualified}"
    return ""


def _file(module: str, places: Sequence[pathlib.Path]) -> pathlib.Path | None:
    base = module.replace(".", "/")
    for place in places:
        for path in (place / f"{base}.py", place / base / "__init__.py"):
            if path.is_file():
                return path
    return None


def _compiled(module: str, places: Sequence[pathlib.Path]) -> pathlib.Path | None:
    base = module.replace(".", "/")
    return next((path for place in places for path in place.glob(f"{base}.*.so")), None)


@functools.cache
def _tree(path: pathlib.Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def _definitions(
    body: Iterable[ast.AST],
) -> Iterable[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give what is defined in a scope, within its conditions and blocks as well."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        else:
            yield from _definitions(ast.iter_child_nodes(node))
