"""What shows the tasks of a service while each executor is at work in it.

The service has three consumers. `sys.remote_exec` runs code in it, and says in which interpreter.
"""

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from examples import lab

TRIES = 20  # a read that meets a change in progress ends with status 1 and is made again
INSIDE = """
import pathlib
from concurrent import interpreters
number = interpreters.get_current().id
pathlib.Path({answer!r}).write_text("main interpreter" if number == 0 else "a worker")
"""
STEPS = {
    "no pool": "",
    "thread pool": "/score/thread",
    "process pool": "/score/process",
    "interpreter pool, idle": "/score/interpreter",
    "interpreter pool, shut": "/close",
    "interpreter pool, at work": "/run_away",
}


async def printed(*command: str) -> tuple[int | None, str]:
    """Run a Python command; give its exit status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, *command],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=lab.ROOT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def by_ps(pid: int) -> str:
    """Count the consumers that `asyncio ps` shows."""
    for _ in range(TRIES):
        status, output = await printed("-m", "asyncio", "ps", str(pid))
        if status == 0:
            return f"{len(set(re.findall(r'\bconsumer-\d', output)))} of 3"
    raise RuntimeError(f"no read of {pid} succeeded")


async def triage(pid: int, *options: str) -> Any:
    """Give what triage says of the process."""
    _, output = await printed("-m", "examples.triage", "--json", *options, str(pid))
    return next(one for one in json.loads(output)["processes"] if one["pid"] == pid)


async def by_triage(pid: int) -> str:
    """Count the consumers that triage shows."""
    groups = (await triage(pid, "--samples", "2", "--interval", "0.2"))["groups"]
    return f"{sum(one['count'] for one in groups if one['function'] == 'consume')} of 3"


async def code_inside(pid: int, folder: Path) -> str:
    """Say where the code runs that `sys.remote_exec` brings into the process."""
    script, answer = folder / "inside.py", folder / "answer"
    script.write_text(INSIDE.format(answer=str(answer)))
    try:
        sys.remote_exec(pid, script)
    except RuntimeError as error:
        return f"nowhere: {error}"

    async def answered() -> bool:
        return answer.exists() and bool(answer.read_text())

    await lab.until(answered)
    listing = answer.read_text()
    answer.unlink()
    return listing


async def named(pid: int) -> str:
    """Give what triage finds, and the function that it names."""

    async def is_found() -> bool:
        return bool((await triage(pid))["findings"])

    await lab.until(is_found)
    # Now the fault lasts for as long as triage samples.
    (found, *_) = (await triage(pid))["findings"]
    return f"{found['cause']} in {found['function'].rpartition('.')[2]}"


async def compare(service: lab.Service, client: httpx.AsyncClient, folder: Path) -> None:
    """Inspect the same process beside each pool in turn."""
    row = "{:25}  {:10}  {:6}  {}".format
    print(row("", "asyncio ps", "triage", "code from outside runs in"))
    (await client.get("/openapi.json")).raise_for_status()  # the consumers wait by now
    pid = service.pid
    for step, path in STEPS.items():
        if path:
            (await client.post(path)).raise_for_status()
        inside = await code_inside(pid, folder)
        while "at work" in step and inside.startswith("nowhere"):
            inside = await code_inside(pid, folder)  # the slice has not begun yet
        print(row(step, await by_ps(pid), await by_triage(pid), inside))
        if step in {"thread pool", "process pool"}:
            (await client.post("/close")).raise_for_status()
    blocking = asyncio.create_task(client.post("/block"))
    print(f"a blocked loop beside it: triage says {await named(pid)}")
    blocking.cancel()


async def main() -> None:
    """Start the service, and inspect it."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            lab.uvicorn("examples.interpreters.lessons.api:create") as service,
            httpx.AsyncClient(base_url=service.url, timeout=600) as client,
        ):
            await compare(service, client, Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
