"""Show what a process runs right now: ``python examples/blind_spots/running_task.py PID``.

``asyncio ps`` shows one frame of a task that is running. This shows all of them,
synchronous calls included. It reads memory as ``asyncio ps`` does, and needs nothing
but the standard library of CPython 3.14.
"""

import sys

# --8<-- [start:script]
from _remote_debugging import RemoteUnwinder


def show_running(pid: int) -> None:
    """Print the running task of each thread, what was called last at the end.

    Args:
        pid: a process of the same minor version of CPython.

    Raises:
        OSError: when there is no such process, or it ended meanwhile.
        RuntimeError: when it is no CPython, or uses no asyncio.

    """
    threads = RemoteUnwinder(pid, all_threads=True).get_async_stack_trace()
    for thread in threads:
        for task in thread.awaited_by:
            print(task.task_name)
            for coroutine in task.coroutine_stack:
                for frame in reversed(coroutine.call_stack):
                    print(f"    {frame.funcname} {frame.filename}:{frame.lineno}")
    if not threads:
        print("no task is running")


# --8<-- [end:script]


if __name__ == "__main__":
    try:
        _, process = sys.argv
        show_running(int(process))
    except ValueError:
        sys.exit("usage: python running_task.py PID")
    except (OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
