"""A store notifies before its readers wait, and they do not look whether there is stock already."""

import asyncio

import _lab

changed = asyncio.Condition()
stock = []
done = []


async def deliver() -> None:
    async with changed:
        stock.append(1)
        changed.notify()


async def order(number: int) -> None:
    await deliver()
    async with changed:
        if _lab.FIXED:
            await changed.wait_for(lambda: stock)
        else:
            await changed.wait()
        stock.pop()
    done.append(number)


async def customer() -> None:
    for number in range(1_000_000):
        await order(number)
        await asyncio.sleep(0.05)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(3 if _lab.FIXED else 1):
            group.create_task(customer())
        group.create_task(_lab.watch(done))


asyncio.run(main())
