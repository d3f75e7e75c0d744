"""A limiter admits two reports, and both wait for a spool that nobody empties. Starlette."""

import anyio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab

limiter = anyio.CapacityLimiter(2)
sender, receiver = anyio.create_memory_object_stream(1)


async def render(number: int) -> None:
    async with limiter:
        if _lab.FIXED:
            try:
                sender.send_nowait(number)
            except anyio.WouldBlock:
                receiver.receive_nowait()
        else:
            await sender.send(number)


async def report(request):
    await render(1)
    return PlainTextResponse("spooled")


app = Starlette(routes=[Route("/report", report)])

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    _lab.traffic(service, "/report", 6)
    while not _lab.FIXED and _lab.answers(service, "/report"):
        pass
    _lab.ready(service, works=_lab.answers(service, "/report"))
