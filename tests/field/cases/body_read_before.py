"""Own middleware reads the body to log it, and the endpoint waits for a body that is gone."""

import http.client

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab


async def create_order(request):
    order = await request.body()
    return PlainTextResponse(str(len(order)))


class LogBody:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())

        async def again() -> dict:
            return messages.pop(0) if _lab.FIXED and messages else await receive()

        await self.app(scope, again if scope["type"] == "http" else receive, send)


app = LogBody(Starlette(routes=[Route("/order", create_order, methods=["POST"])]))


def post(service: _lab.Service, patience: float) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=patience)
    try:
        connection.request("POST", "/order", body=b"x" * 500)
        return connection.getresponse().status == 200
    except TimeoutError:
        _lab.keep(connection)
        return False


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", "--lifespan", "off")
    for _ in range(3):
        _lab.background(post, service, _lab.PATIENCE)
    _lab.ready(service, works=post(service, 2.5))
