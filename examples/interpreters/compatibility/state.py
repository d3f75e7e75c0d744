"""Which globals of its module a function depends on that other code changes.

A worker has a module of its own, so what is changed here is not changed there.
This reads the source: it follows calls within the module, and nothing else.
"""

import ast
import inspect
from collections.abc import Callable, Iterator

# Methods of the built-in containers that change them.
CHANGES = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem",
    "popleft", "remove", "setdefault", "update",
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


def shared_state(function: Callable[..., object]) -> list[str]:
    """Name the globals that a function reads and a function of its module changes.

    Args:
        function: in pure Python; of one without source nothing is known.

    Returns:
        A sentence for each global.

    """
    try:
        tree = ast.parse(inspect.getsource(inspect.getmodule(function) or function))
    except OSError, TypeError, SyntaxError:
        return []
    found = [one for one in ast.walk(tree) if isinstance(one, Function)]
    # The walk goes level by level: of two with the same name, the outer one counts.
    functions = {one.name: one for one in reversed(found)}
    globals_ = {name for statement in tree.body for name in _assigned(statement)}
    read = _read(function.__name__, functions) & globals_
    changed: dict[str, str] = {}
    for one in found:
        for name in _changed(one):
            changed.setdefault(name, one.name)
    return [
        f"it reads the global {name}, which {changed[name]}() changes"
        for name in sorted(read & set(changed))
    ]


def _assigned(statement: ast.stmt) -> Iterator[str]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    for target in targets:
        yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def _read(start: str, functions: dict[str, Function]) -> set[str]:
    """Give the names that a function reads, and those of the functions that it calls."""
    names: set[str] = set()
    left, done = [start], set[str]()
    while left:
        name = left.pop()
        if name in done or name not in functions:
            continue
        done.add(name)
        one = functions[name]
        loaded = {
            node.id
            for node in ast.walk(one)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        names |= (loaded | _changed(one)) - _local(one)
        left += loaded
    return names


def _local(one: Function) -> set[str]:
    """Give the names that are assigned in a function and so hide a global."""
    stored = {
        node.id
        for node in ast.walk(one)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    arguments = {node.arg for node in ast.walk(one) if isinstance(node, ast.arg)}
    return (stored | arguments) - _declared(one)


def _declared(one: Function) -> set[str]:
    return {name for node in ast.walk(one) if isinstance(node, ast.Global) for name in node.names}


def _changed(one: Function) -> set[str]:
    """Give the globals that a function rebinds, or whose content it changes."""
    declared = _declared(one)
    found = {
        node.id
        for node in ast.walk(one)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in declared
    }
    for node in ast.walk(one):
        if (
            isinstance(node, ast.Subscript | ast.Attribute)
            and isinstance(node.ctx, ast.Store | ast.Del)
            and isinstance(node.value, ast.Name)
        ):
            found.add(node.value.id)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CHANGES
            and isinstance(node.func.value, ast.Name)
        ):
            found.add(node.func.value.id)
    return found - _local(one)
