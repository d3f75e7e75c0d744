"""Four shards meet at a barrier after each step; one of them has died of a bad record."""

import asyncio
from contextlib import suppress

import _lab

meeting = asyncio.Barrier(4)
done = []


async def replay(shard: int) -> None:
    for step in range(1_000_000):
        await asyncio.sleep(0.02)
        if not _lab.FIXED and (shard, step) == (2, 20):
            raise ValueError("bad record")
        await meeting.wait()
        done.append(step)


async def main() -> None:
    shards = [asyncio.create_task(replay(shard)) for shard in range(4)]
    await _lab.watch(done)
    for shard in shards:
        with suppress(ValueError):
            await shard


asyncio.run(main())
