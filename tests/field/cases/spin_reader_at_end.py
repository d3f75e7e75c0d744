"""A watcher of a pipe does not notice its end, so the loop calls it for ever."""

import asyncio
import os

import _lab


class Watcher:
    def __init__(self, loop: asyncio.AbstractEventLoop, pipe: int) -> None:
        self.loop, self.pipe = loop, pipe
        self.received = b""
        loop.add_reader(pipe, self.on_readable)

    def on_readable(self) -> None:
        data = os.read(self.pipe, 4096)
        self.received += data
        if not data and _lab.FIXED:
            self.loop.remove_reader(self.pipe)


readable, writable = os.pipe()
os.close(writable)
loop = asyncio.new_event_loop()
watcher = Watcher(loop, readable)
_lab.watch_cpu()
loop.run_forever()
