"""A live interpreter pool hides every task of its process from `python -m asyncio ps`."""

import asyncio
import sys

import httpx

from examples import lab


async def tasks_seen(pid: int) -> str:
    """Count the rows of `python -m asyncio ps` that show the service's own task."""
    command = [sys.executable, "-m", "asyncio", "ps", str(pid)]
    inspector = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await inspector.communicate()
    return f"market-feed {output.count(b'market-feed')} times, exit status {inspector.returncode}"


async def main() -> None:
    """Look at the same process before, during and after."""
    async with (
        lab.uvicorn("examples.interpreters.lessons.api:create") as service,
        httpx.AsyncClient(base_url=service.url, timeout=60) as client,
    ):
        for step, path in (
            ("interpreter pool in a worker process", "/score/process"),
            ("interpreter pool in this process", "/score/interpreter"),
            ("after its shutdown", "/close"),
        ):
            (await client.post(path)).raise_for_status()
            print(f"{step:37} {await tasks_seen(service.pid)}")
        await lab.terminate(service.pid)


if __name__ == "__main__":
    asyncio.run(main())
