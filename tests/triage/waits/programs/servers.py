"""Programs that wait in servers and workers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import taskiq_redis
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from taskiq.receiver import Receiver

from tests.support.redis_server import redis_server
from tests.triage.waits.programs.base import program, running


async def handle(request: Request) -> Response:
    """Answer each path in its own way."""
    never = asyncio.Event()
    match request.url.path:
        case "/background":
            return PlainTextResponse("accepted", background=BackgroundTask(never.wait))
        case "/stream":
            return StreamingResponse(events())
        case "/body":
            return PlainTextResponse(await request.body())
        case _:
            await never.wait()
            return PlainTextResponse("never")


async def events() -> AsyncIterator[bytes]:
    """Wait for events that never come."""
    yield b"hello"
    await asyncio.Event().wait()


async def session(websocket: WebSocket) -> None:
    """Listen to a WebSocket client."""
    await websocket.accept()
    await websocket.receive_text()


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[str]:
    """Serve the application, and give its address."""
    routes = [WebSocketRoute("/ws", session), Route("/{path}", handle, methods=["GET", "POST"])]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="on")
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        async with running(server.serve(sockets=[listener])):
            while not server.started:  # noqa: ASYNC110 # Uvicorn has no event for it
                await asyncio.sleep(0.01)
            yield f"127.0.0.1:{port}"
            server.force_exit = server.should_exit = True


@contextlib.asynccontextmanager
async def requested(path: str, content: Any = None) -> AsyncIterator[None]:
    """Request a path of the application that is served, and read the answer."""
    async with served() as address, httpx.AsyncClient(timeout=None) as client:  # noqa: S113
        method = "POST" if content else "GET"
        async with running(client.request(method, f"http://{address}{path}", content=content)):
            yield


RUN_ASGI = "uvicorn.protocols.http.httptools_impl:RequestResponseCycle.run_asgi"


@program("asyncio.locks:Event.wait", via=RUN_ASGI)
async def request() -> AsyncIterator[None]:
    """Serve a request whose handler waits for an event."""
    async with requested("/wait"):
        yield


@program("asyncio.locks:Event.wait", via="starlette.background:BackgroundTask.__call__")
async def request_background() -> AsyncIterator[None]:
    """Serve a request that has left work behind its response."""
    async with requested("/background"):
        yield


@program("asyncio.locks:Event.wait", via="starlette.responses:StreamingResponse.stream_response")
async def request_stream() -> AsyncIterator[None]:
    """Serve a stream that waits for its next event."""
    async with requested("/stream"):
        yield


@program(
    "asyncio.locks:Event.wait",
    via="uvicorn.protocols.http.httptools_impl:RequestResponseCycle.receive",
)
async def request_body() -> AsyncIterator[None]:
    """Serve a request whose client does not send all of it."""

    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        await asyncio.Event().wait()

    async with requested("/body", half()):
        yield


@program("asyncio.queues:Queue.get", via="starlette.websockets:WebSocket.receive")
async def websocket_session() -> AsyncIterator[None]:
    """Serve a WebSocket client that says nothing."""
    async with served() as address, websockets.connect(f"ws://{address}/ws"):
        yield


@program("websockets.asyncio.messages:SimpleQueue.get")
async def websocket_client() -> AsyncIterator[None]:
    """Be a WebSocket client whose server says nothing."""
    async with served() as address, websockets.connect(f"ws://{address}/ws") as websocket:

        async def listen() -> None:
            await websocket.recv()

        async with running(listen()):
            yield


@program("asyncio.tasks:sleep", via="uvicorn.server:Server.main_loop")
async def uvicorn_rests() -> AsyncIterator[None]:
    """Have a server without clients."""
    async with served():
        yield


@contextlib.asynccontextmanager
async def worker(jobs: int) -> AsyncIterator[None]:
    """Run a worker with one slot, and give it jobs that wait until the context ends."""
    end = asyncio.Event()
    with redis_server() as url:
        broker = taskiq_redis.RedisStreamBroker(url)

        @broker.task
        async def wait() -> None:
            await end.wait()

        await broker.startup()
        receiver = Receiver(broker, max_async_tasks=1, run_startup=False)
        listening = asyncio.create_task(receiver.listen(end))
        for _ in range(jobs):
            await wait.kiq()
        yield
        end.set()
        await listening
        await broker.shutdown()


@program("asyncio.locks:Event.wait", via="taskiq.receiver.receiver:Receiver.run_task")
async def taskiq_job() -> AsyncIterator[None]:
    """Work on a job that waits for ever."""
    async with worker(jobs=1):
        yield


@program("asyncio.tasks:_wait", via="taskiq.receiver.receiver:Receiver._acquire_delivery_slot")
async def taskiq_slot() -> AsyncIterator[None]:
    """Wait for a slot while the only one is taken."""
    async with worker(jobs=3):
        yield


@program(
    "asyncio.streams:StreamReader._wait_for_data",
    via="taskiq_redis.redis_broker:RedisStreamBroker.listen",
)
async def taskiq_listen() -> AsyncIterator[None]:
    """Wait for a job."""
    async with worker(jobs=0):
        yield
