"""A batch waits in join(); the workers live, but skip task_done() for rows that they reject."""

import asyncio

import _lab

done = []


async def load_rows(rows: asyncio.Queue) -> None:
    while True:
        row = await rows.get()
        if row % 7 == 3:
            if _lab.FIXED:
                rows.task_done()
            continue
        await asyncio.sleep(0.01)
        rows.task_done()


async def import_batch(rows: asyncio.Queue) -> None:
    for row in range(10):
        rows.put_nowait(row)
    await rows.join()
    done.append(1)


async def import_all(rows: asyncio.Queue) -> None:
    while True:
        await import_batch(rows)


async def main() -> None:
    rows: asyncio.Queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(load_rows(rows))
        group.create_task(import_all(rows))
        group.create_task(_lab.watch(done))


asyncio.run(main())
