"""A client obeys a quota by sleeping until it is renewed, which is tomorrow."""

import asyncio

import _lab

done = []


class Quota:
    def __init__(self, calls: int, seconds: float) -> None:
        self.left, self.seconds = calls, seconds

    async def spend(self) -> None:
        while not self.left:
            await asyncio.sleep(self.seconds)
            self.left = 50
        self.left -= 1


async def geocode(quota: Quota) -> None:
    while True:
        await quota.spend()
        await asyncio.sleep(0.01)
        done.append(1)


async def main() -> None:
    quota = Quota(50, 0.5 if _lab.FIXED else 86_400)
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(geocode(quota))
        group.create_task(_lab.watch(done))


asyncio.run(main())
