"""A request sends a sign of life each five seconds, while its work waits for a dead approver."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab

approvals: list[asyncio.Event] = []


async def work() -> None:
    approval = asyncio.Event()
    approvals.append(approval)
    if _lab.FIXED:
        asyncio.get_running_loop().call_later(0.05, approval.set)
    await approval.wait()


async def approve(request):
    progress: asyncio.Queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(work()).add_done_callback(progress.put_nowait)
        while True:
            try:
                async with asyncio.timeout(5):
                    await progress.get()
                break
            except TimeoutError:
                pass  # here it would send a sign of life
    return PlainTextResponse("approved")


app = Starlette(routes=[Route("/approve", approve)])

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    _lab.traffic(service, "/approve", 3)
    _lab.ready(service, works=_lab.answers(service, "/approve"))
