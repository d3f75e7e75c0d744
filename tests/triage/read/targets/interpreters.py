"""A loop in a subinterpreter, and one beside it."""

import asyncio
import os
import threading
from concurrent import interpreters

INSIDE = """
import asyncio, os

async def inside():
    os.write(write, b"x")
    await asyncio.sleep(3600)

asyncio.run(inside())
"""


async def main() -> None:
    """Start both."""
    read, write = os.pipe()
    other = interpreters.create()
    other.prepare_main(write=write)
    threading.Thread(target=other.exec, args=(INSIDE,), daemon=True).start()
    os.read(read, 1)
    print("ready", flush=True)
    await asyncio.sleep(3600)


asyncio.run(main())
