"""List the tasks of a process from inside it: ``python examples/blind_spots/from_inside.py PID``.

This runs code in the process, once its main thread next runs Python. Try what only
reads memory first. In production it needs the consent of the incident lead (RP-13).
"""

import contextlib
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 5  # seconds


def tasks(pid: int) -> str:
    """Return one line for each task.

    Raises:
        OSError: when there is no such process, or it must not be attached to.
        RuntimeError: when it is no CPython 3.14, or does not allow remote debugging.
        TimeoutError: when its main thread ran no Python in time.

    """
    with tempfile.TemporaryDirectory() as folder:
        script, answer = Path(folder, "inside.py"), Path(folder, "answer")
        source = Path(__file__).with_name("inside.py").read_text()
        script.write_text(f"{source}\nreport({str(answer)!r})\n")
        sys.remote_exec(pid, script)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError):
                return answer.read_text()
            time.sleep(0.05)
    raise TimeoutError(f"the main thread of {pid} ran no Python for {PATIENCE} s")


if __name__ == "__main__":
    try:
        _, process = sys.argv
        print(tasks(int(process)), end="")
    except ValueError:
        sys.exit("usage: python from_inside.py PID  (it runs code in the process: ask first)")
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
