"""Two feeds are merged by a task for the next item of each; both have fallen silent."""

import asyncio

import _lab

done = []


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for number in range(1_000_000):
        writer.write(b"%d\n" % number)
        await asyncio.sleep(0.05 if _lab.FIXED or number < 20 else 3600)


async def items(port: int):
    reader, _ = await asyncio.open_connection("127.0.0.1", port)
    while line := await reader.readline():
        yield int(line)


async def merge(port: int) -> None:
    feeds = [items(port), items(port)]
    following = {asyncio.create_task(anext(feed)): feed for feed in feeds}
    while following:
        ready, _ = await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
        for task in ready:
            feed = following.pop(task)
            done.append(task.result())
            following[asyncio.create_task(anext(feed))] = feed


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with asyncio.TaskGroup() as group:
        group.create_task(merge(server.sockets[0].getsockname()[1]))
        group.create_task(_lab.watch(done))


asyncio.run(main())
