"""A pump asks the loop to call it again at once, whether or not there is anything to pump."""

import asyncio

import _lab

inbox: list[int] = []


class Pump:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def turn(self) -> None:
        inbox.clear()
        if _lab.FIXED:
            self.loop.call_later(0.1, self.turn)
        else:
            self.loop.call_soon(self.turn)


loop = asyncio.new_event_loop()
loop.call_soon(Pump(loop).turn)
_lab.watch_cpu()
loop.run_forever()
