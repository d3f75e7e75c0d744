"""Read the tasks of a process 1,000 times: ``read_often.py PID``."""

import sys
from _remote_debugging import RemoteUnwinder

READS = 1_000


def failures(pid: int) -> int:
    """Count the reads that fail.

    Raises:
        OSError: when the process ends meanwhile.
        RuntimeError: when there is no such process, or it uses no asyncio.

    """
    unwinder, failed = RemoteUnwinder(pid), 0
    for _ in range(READS):
        try:
            unwinder.get_all_awaited_by()
        except ProcessLookupError:
            raise
        except OSError, RuntimeError, UnicodeDecodeError:
            failed += 1
    return failed


if __name__ == "__main__":
    try:
        _, process = sys.argv
        print(f"{failures(int(process))} of {READS} reads failed")
    except ValueError:
        sys.exit("usage: python read_often.py PID")
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
