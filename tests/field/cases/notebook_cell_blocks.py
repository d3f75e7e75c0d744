"""A server of notebooks runs a cell with exec(), and the cell sleeps."""

import asyncio

import _lab

done = []
CELL = """
import time
def wait_for_file():
    time.sleep(3600)
wait_for_file()
"""


async def run_cell(source: str) -> None:
    exec(compile(source, "<cell 7>", "exec"), {})


async def kernel() -> None:
    for number in range(1_000_000):
        done.append(number)
        await run_cell("pass" if _lab.FIXED or number < 10 else CELL)
        await asyncio.sleep(0.02)


_lab.watch_thread(done)
asyncio.run(kernel())
