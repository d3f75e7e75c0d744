"""Read the tasks of a busy process until each usual error has come: ``read_texts.py PID``."""

import sys
import time
from _remote_debugging import RemoteUnwinder

PATIENCE = 60  # seconds
USUAL = {
    "Bad address",
    "Invalid linked list structure reading remote memory",
    "Invalid task name object",
}


def texts(pid: int) -> set[str]:
    """Return which of the usual errors have come.

    Raises:
        OSError: when the process ends meanwhile.
        RuntimeError: when there is no such process, or it uses no asyncio.

    """
    unwinder, met = RemoteUnwinder(pid), set[str]()
    end = time.monotonic() + PATIENCE
    while met != USUAL and time.monotonic() < end:
        try:
            unwinder.get_all_awaited_by()
        except ProcessLookupError:
            raise
        except (OSError, RuntimeError, UnicodeDecodeError) as error:
            met |= {text for text in USUAL if text in str(error)}
    return met


if __name__ == "__main__":
    try:
        _, process = sys.argv
        print(*sorted(texts(int(process))), sep="\n")
    except ValueError:
        sys.exit("usage: python read_texts.py PID")
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
