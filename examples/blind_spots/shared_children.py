"""Layers that wait for the same children: pstree prints each child once for each path to it."""

import asyncio

from examples import lab

LAYERS = 10


async def gather(children: list[asyncio.Task[None]]) -> None:
    """Wait for all tasks of the layer below."""
    await asyncio.gather(*children)


async def build() -> None:
    """Put ten layers of two tasks on a pair that never ends."""
    layer = [asyncio.create_task(asyncio.sleep(3600, None)) for _ in range(2)]
    for _ in range(LAYERS):
        layer = [asyncio.create_task(gather(layer)) for _ in range(2)]
    asyncio.get_running_loop().call_later(0.1, lab.ready)
    await asyncio.gather(*layer)


if __name__ == "__main__":
    asyncio.run(build())
