"""A program whose tasks show every column of ps: names, owners, and a shared wait."""

import asyncio

from examples import lab


# --8<-- [start:program]
async def fetch_rates(rates: asyncio.Event) -> None:
    """Wait for what two tasks need."""
    await rates.wait()


async def price(shared: asyncio.Task[None]) -> None:
    """Wait for a task that another one waits for too."""
    await shared


async def main() -> None:
    """Start a named task, two tasks that share it, and one without a name."""
    rates = asyncio.Event()
    shared = asyncio.create_task(fetch_rates(rates), name="fetch rates")
    async with asyncio.TaskGroup() as group:
        group.create_task(price(shared), name="price EUR")
        group.create_task(price(shared), name="price USD")
        group.create_task(asyncio.sleep(3600))
        lab.ready()


# --8<-- [end:program]


if __name__ == "__main__":
    asyncio.run(main())
