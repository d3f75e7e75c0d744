"""A server of notebooks runs a cell with exec(), and the cell computes."""

import asyncio

import _lab

done = []
CELL = """
def orbits(count):
    return sum(number % 7 for number in range(count))
while True:
    orbits(1_000_000)
"""


async def run_cell(source: str) -> None:
    exec(compile(source, "<cell 8>", "exec"), {})


async def kernel() -> None:
    for number in range(1_000_000):
        done.append(number)
        await run_cell("pass" if _lab.FIXED or number < 10 else CELL)
        await asyncio.sleep(0.02)


_lab.watch_thread(done)
asyncio.run(kernel())
