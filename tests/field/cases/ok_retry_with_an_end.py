"""A refused upload is repeated up to eight times with growing pauses, then reported. Tenacity."""

import asyncio
from contextlib import suppress

import tenacity

import _lab

done = []
refused = _lab.free_port()


@tenacity.retry(wait=tenacity.wait_fixed(3), stop=tenacity.stop_after_attempt(8), reraise=True)
async def upload(number: int) -> None:
    done.append(number)
    await asyncio.open_connection("127.0.0.1", refused)


async def uploads(number: int) -> None:
    while True:
        with suppress(ConnectionRefusedError):
            await upload(number)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(uploads(number))
        group.create_task(_lab.watch(done, seconds=4))


asyncio.run(main())
