"""Bad candidate: code that counts on a mutable global of its module.

Six slices each append to a list of the module. No executor raises an error;
only threads and the event loop do what the code seems to say.
"""

import asyncio

from examples.interpreters.lessons import work
from examples.interpreters.lessons.pools import POOLS, TOOLS

SLICES = 6


async def in_loop() -> None:
    """Run the slices as tasks of the event loop."""

    async def call(value: int) -> int:
        return work.remember(value)

    await asyncio.gather(*map(call, range(SLICES)))


def main() -> None:
    """Print what the list of the main interpreter holds after the slices."""
    for tool in TOOLS:
        work.seen.clear()
        if tool == "asyncio":
            asyncio.run(in_loop())
        else:
            with POOLS[tool](2) as pool:
                list(pool.map(work.remember, range(SLICES)))
        print(f"{tool:11}  {len(work.seen)} of {SLICES} remembered, no error")


if __name__ == "__main__":
    main()
