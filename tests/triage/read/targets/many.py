"""As many tasks as asked for, all alike."""

import asyncio
import sys

loop = asyncio.new_event_loop()


async def waits() -> None:
    """Wait for what never comes."""
    await loop.create_future()


tasks = [loop.create_task(waits()) for _ in range(int(sys.argv[1]))]
loop.call_later(0, print, "ready")
sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
loop.run_forever()
