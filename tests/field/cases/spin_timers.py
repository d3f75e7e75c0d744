"""Each of many sensors sets its timer to a tenth of a millisecond, and none does anything."""

import asyncio

import _lab


class Sensor:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.value = 0.0

    def tick(self) -> None:
        self.value *= 0.99
        self.loop.call_later(1 if _lab.FIXED else 0.0001, self.tick)


async def report() -> None:
    while True:
        await asyncio.sleep(0.5)


async def main() -> None:
    loop = asyncio.get_running_loop()
    sensors = [Sensor(loop) for _ in range(200)]
    for sensor in sensors:
        sensor.tick()
    _lab.watch_cpu()
    await report()


asyncio.run(main())
