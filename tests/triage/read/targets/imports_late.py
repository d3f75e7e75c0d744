"""A program that imports asyncio only when it is told to."""

print("ready", flush=True)
input()
import asyncio  # noqa: E402 # that late is what this is for


async def main() -> None:
    """Be a task."""
    asyncio.current_task().set_name("late")  # type: ignore[union-attr]
    print("imported", flush=True)
    await asyncio.sleep(3600)


asyncio.run(main())
