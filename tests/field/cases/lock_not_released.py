"""A lock that is taken and given back by hand stays taken after a deadline in between."""

import asyncio
from contextlib import suppress

import _lab

ledger = asyncio.Lock()
done = []


async def post(number: int) -> None:
    await ledger.acquire()
    if _lab.FIXED:
        try:
            await write(number)
        finally:
            ledger.release()
    else:
        await write(number)
        ledger.release()
    done.append(number)


async def write(number: int) -> None:
    await asyncio.sleep(60 if number == 20 else 0.01)


async def bookkeeper() -> None:
    for number in range(1_000_000):
        with suppress(TimeoutError):
            async with asyncio.timeout(None if number > 20 else 0.5):
                await post(number)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(bookkeeper())
        group.create_task(_lab.watch(done))


asyncio.run(main())
