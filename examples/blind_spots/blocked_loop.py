"""A blocking call under three awaits: ps shows the outermost frame alone."""

import asyncio
import time

from examples import lab


async def handle() -> None:
    """Handle a request."""
    await load()


async def load() -> None:
    """Load what the request needs."""
    await parse()


async def parse() -> None:
    """Block the loop."""
    lab.ready()
    read_file()


def read_file() -> None:
    """Wait without letting the loop run."""
    time.sleep(3600)


if __name__ == "__main__":
    asyncio.run(handle())
