"""Three jobs that wait without a deadline hold the three slots of an arq worker."""

import asyncio
import os
import sys

import arq

import _lab

MAIL = os.environ.get("MAIL", "")
settings = arq.connections.RedisSettings.from_dsn(os.environ["REDIS_URL"])


async def hand_over(letter: int) -> None:
    _, _, port = MAIL.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    try:
        async with asyncio.timeout(0.1 if _lab.FIXED else None):
            await reader.readline()
    except TimeoutError:
        pass
    finally:
        writer.close()


async def send_letter(context, letter: int) -> None:
    await hand_over(letter)
    await context["redis"].incr("letters-sent")


class WorkerSettings:
    functions = (send_letter,)
    redis_settings = settings
    max_jobs = 3
    poll_delay = 0.1


async def feed(queue: arq.ArqRedis, sent: list[int]) -> None:
    for letter in range(1_000_000):
        await queue.enqueue_job("send_letter", letter)
        await asyncio.sleep(0.1)
        count = int(await queue.get("letters-sent") or 0)
        sent += [1] * (count - len(sent))


async def main(service: _lab.Service) -> None:
    queue = await arq.create_pool(settings)
    sent = []
    async with asyncio.TaskGroup() as group:
        group.create_task(feed(queue, sent))
        while not sent and len(await queue.keys("arq:in-progress:*")) < 3:
            await asyncio.sleep(0.1)
        group.create_task(_lab.watch(sent, pid=service.pid))


if __name__ == "__main__":
    command = [sys.executable, "-m", "arq", f"{_lab.SCRIPT.stem}.WorkerSettings"]
    service = _lab.serve(*command, env={"MAIL": _lab.silent()}, listens=False)
    asyncio.run(main(service))
