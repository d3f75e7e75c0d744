"""Tell whether modules may run in an interpreter pool.

    python -m examples.checks.slice_check MODULE...

Each module is imported in a fresh interpreter, with all that it imports. It
passes when it loads there and nothing but the standard library came with it.
The exit status is 0 when each module passes, 1 otherwise.
"""

import argparse
import importlib
import sys
from concurrent.futures import InterpreterPoolExecutor

STANDARD = sys.stdlib_module_names


def foreign(module: str) -> list[str]:
    """Import a module in the calling interpreter.

    Returns:
        The top-level packages that it loaded from outside the standard library
        and outside its own package, in order.

    Raises:
        ImportError: when it does not load here.

    """
    before = set(sys.modules)
    importlib.import_module(module)
    tops = {name.partition(".")[0] for name in set(sys.modules) - before}
    return sorted(tops - STANDARD - {module.partition(".")[0]})


def verdict(module: str) -> str:
    """Say what keeps a module out of an interpreter pool, or nothing."""
    with InterpreterPoolExecutor(1) as pool:
        try:
            packages = pool.submit(foreign, module).result()
        except ImportError as error:
            return str(error)
    return f"loads {', '.join(packages)}" if packages else ""


def main() -> None:
    """Check the modules of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    verdicts = {module: verdict(module) for module in parser.parse_args().modules}
    for module, reason in verdicts.items():
        print(f"{module}: {f'no, {reason}' if reason else 'yes'}")
    sys.exit(any(verdicts.values()))


if __name__ == "__main__":
    main()
