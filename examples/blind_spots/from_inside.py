"""List the tasks of a process from inside it: ``from_inside.py PID [SECONDS TO WAIT]``.

This runs code in the process, once its main thread next runs Python. Try what only
reads memory first. In production it needs the consent of the incident lead (RP-13).
"""

import contextlib
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 30.0  # seconds


def tasks(pid: int, seconds: float) -> str:
    """Return one line for each task.

    Args:
        pid: the process.
        seconds: how long to wait for its answer.

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
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(FileNotFoundError):
                return answer.read_text()
            time.sleep(0.05)
    raise TimeoutError(f"the main thread of {pid} ran no Python for {seconds:g} s")


if __name__ == "__main__":
    try:
        _, process, *wait = sys.argv
        print(tasks(int(process), float(*wait) if wait else PATIENCE), end="")
    except ValueError, TypeError:
        sys.exit("usage: from_inside.py PID [SECONDS]  (it runs code in the process: ask first)")
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
