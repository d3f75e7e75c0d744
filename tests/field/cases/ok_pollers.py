"""Eight mailboxes are polled every twelve seconds, each by a task that was started in its turn."""

import asyncio

import _lab

done = []


async def poll(mailbox: int) -> None:
    while True:
        done.append(mailbox)
        await asyncio.sleep(12)


async def main() -> None:
    pollers = []
    for mailbox in range(8):
        pollers.append(asyncio.create_task(poll(mailbox), name=f"mailbox {mailbox}"))
        await asyncio.sleep(0.3)
    await _lab.watch(done, seconds=13)
    await asyncio.gather(*pollers)


asyncio.run(main())
