"""Replies are matched to calls by number; the task that reads them died of an unknown one."""

import asyncio
import itertools

import _lab

done = []


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        number = int(line)
        writer.write(b"%d\n" % (number if number != 50 else 1_000_000))


class Rpc:
    def __init__(self) -> None:
        self.numbers = itertools.count()
        self.calls = {}

    async def connect(self, port: int) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.replies = asyncio.create_task(self.read_replies())

    async def read_replies(self) -> None:
        while line := await self.reader.readline():
            number = int(line)
            if _lab.FIXED and number not in self.calls:
                number = next(iter(self.calls))
            self.calls.pop(number).set_result(number)

    async def call(self) -> int:
        number = next(self.numbers)
        self.calls[number] = asyncio.get_running_loop().create_future()
        self.writer.write(b"%d\n" % number)
        return await self.calls[number]


async def quote(client: Rpc) -> None:
    while True:
        done.append(await client.call())
        await asyncio.sleep(0.01)


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    client = Rpc()
    await client.connect(server.sockets[0].getsockname()[1])
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(quote(client))
        group.create_task(_lab.watch(done))


asyncio.run(main())
