"""A loop that has no task."""

import asyncio

loop = asyncio.new_event_loop()
loop.call_soon(lambda: print("ready", flush=True))
loop.run_forever()
