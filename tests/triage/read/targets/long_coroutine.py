"""A coroutine with a long table of lines, and one that is made from an iterator's step."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

LINES = "\n".join(
    f"    value_{number} = dict(name='{number}', text=str({number}))" for number in range(2_000)
)


async def updates() -> AsyncGenerator[None]:
    """Give what never comes."""
    await asyncio.sleep(3600)
    yield


async def main() -> None:
    """Wait in both."""
    names: dict[str, Any] = {"asyncio": asyncio}
    code = f"async def long():\n{LINES}\n    await asyncio.sleep(3600)\n"
    exec(compile(code, "/srv/app/long.py", "exec"), names)  # noqa: S102 # a function of that length
    long = asyncio.create_task(names["long"](), name="long")
    step = asyncio.create_task(anext(updates()), name="step")
    await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.gather(long, step)


asyncio.run(main())
