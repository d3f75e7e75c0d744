"""Use one package, described by an entry on standard input, and print the outcome as JSON.

A process of its own: a package that crashes takes nothing else with it.
"""

import json
import sys
from concurrent import interpreters

REPEATS = 20


def script(entry: dict[str, str]) -> str:
    """Write the code that uses a package and prints what it found as JSON."""
    return (
        f"{entry['use']}\nimport json, sys, timeit\n"
        f"core = str({entry.get('core', "''")})\n"
        f"timer = timeit.Timer({entry.get('timed', 'pass')!r}, globals=globals())\n"
        f"seconds = min(timer.repeat({REPEATS}, 5)) / 5 if {'timed' in entry} else 0.0\n"
        "print(json.dumps(['ok', '', core, seconds]), flush=True)\n"
    )


def use(entry: dict[str, str], where: str) -> None:
    """Use a package here, and print the outcome."""
    try:
        if where == "main":
            exec(script(entry), {"__name__": "__main__"})  # noqa: S102 # our own packages.toml
            return
        other = interpreters.create()
        other.exec(script(entry))
    except interpreters.ExecutionFailed as failed:
        kind, text = failed.excinfo.type.__name__, failed.excinfo.msg
    except Exception as error:  # noqa: BLE001 # whatever a package raises is the result
        kind, text = type(error).__name__, str(error)
    else:
        return
    # A long message, such as numpy's, says the reason in its last line with a colon.
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    short = next((line for line in reversed(lines) if "subinterp" in line), (lines or [""])[0])
    outcome = "import error" if kind in {"ImportError", "ModuleNotFoundError"} else "error"
    print(json.dumps([outcome, f"{kind}: {short}", "", 0.0]), flush=True)


if __name__ == "__main__":
    use(json.load(sys.stdin), sys.argv[1])
