"""A process with one task, to attach to: ``python target.py [--non-dumpable | --no-asyncio]``.

It needs nothing but the standard library, so that it runs in any container.
"""

import ctypes
import os
import signal
import sys

PR_SET_DUMPABLE = 4


async def wait_for_orders() -> None:
    """Wait for ever."""
    print(f"READY pid={os.getpid()}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if "--non-dumpable" in sys.argv:
        # What the kernel does to a program with file capabilities or a set-uid bit.
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
    if "--no-asyncio" in sys.argv:
        print(f"READY pid={os.getpid()}", flush=True)
        signal.pause()
    else:
        import asyncio

        asyncio.run(wait_for_orders())
