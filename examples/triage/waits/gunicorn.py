"""What triage knows about Gunicorn and its workers."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    CLIENT,
    EVENT,
    GET,
    PUT,
    SEND,
    SHUTDOWN,
    WRITE,
    Library,
    Root,
    Wait,
)

GUNICORN = Library(
    "Gunicorn",
    "gunicorn",
    waits=(
        Wait(SHUTDOWN, ("gunicorn.workers.gasgi:ASGIWorker._shutdown",), "open connections"),
        Wait(
            EVENT,
            (
                "gunicorn.asgi.lifespan:LifespanManager.shutdown",
                "gunicorn.asgi.lifespan:LifespanManager.startup",
            ),
            "the lifespan of the application",
        ),
        Wait(
            GET, ("gunicorn.asgi.lifespan:LifespanManager._receive",), "the shutdown", new_work=True
        ),
        Wait(
            ACCEPT,
            (
                "gunicorn.workers.gthread:ThreadWorker.wait_for_and_dispatch_events",
                "gunicorn.workers.sync:SyncWorker.accept",
                "gunicorn.workers.sync:SyncWorker.wait",
            ),
            "a new client",
            new_work=True,
        ),
        Wait(
            CLIENT,
            (
                (
                    "gunicorn.asgi.protocol:ASGIProtocol._handle_connection"
                    " > asyncio.locks:Event.wait"
                ),
                "gunicorn.http2.async_connection:AsyncHTTP2Connection.receive_data",
                "gunicorn.workers.gthread:TConn.wait_for_data",
            ),
            "a request",
            new_work=True,
        ),
        Wait(
            CLIENT,
            (
                "gunicorn.asgi.protocol:BodyReceiver._wait_for_disconnect",
                "gunicorn.http2.stream:HTTP2Stream.wait_disconnect",
            ),
            "the client to leave",
            new_work=True,
        ),
        Wait(
            CLIENT,
            (
                "gunicorn.asgi.protocol:BodyReceiver._wait_for_data",
                "gunicorn.http2.stream:HTTP2Stream.read_body_chunk",
            ),
            "the client to send the rest of its request",
        ),
        Wait(
            CLIENT,
            (
                "gunicorn.asgi.websocket:WebSocketProtocol._read_exact",
                "gunicorn.asgi.websocket:WebSocketProtocol._receive",
            ),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            SEND,
            ("gunicorn.asgi.websocket:WebSocketProtocol._send",),
            "the WebSocket client to take data",
        ),
        Wait(
            PUT,
            ("gunicorn.asgi.websocket:WebSocketProtocol._put_message",),
            "the application to take messages of the WebSocket client",
        ),
        Wait(
            WRITE,
            (
                "gunicorn.asgi.protocol:FlowControl.drain",
                "gunicorn.http2.async_connection:AsyncHTTP2Connection._drain",
                (
                    "gunicorn.http2.async_connection"
                    ":AsyncHTTP2Connection._wait_for_flow_control_window"
                ),
            ),
            "the client to take data",
        ),
    ),
    roots=(
        Root(
            "request",
            (
                "gunicorn.asgi.protocol:ASGIProtocol._handle_http2_request",
                "gunicorn.asgi.protocol:ASGIProtocol._handle_http_request",
                "gunicorn.workers.base_async:AsyncWorker.handle_http2_request",
                "gunicorn.workers.base_async:AsyncWorker.handle_request",
                "gunicorn.workers.gthread:ThreadWorker.handle_http2_request",
                "gunicorn.workers.gthread:ThreadWorker.handle_request",
                "gunicorn.workers.sync:SyncWorker.handle_request",
            ),
        ),
        Root("session", ("gunicorn.asgi.websocket:WebSocketProtocol.run",)),
    ),
    idle=(
        "gunicorn.asgi.lifespan:LifespanManager._receive",
        "gunicorn.ctl.server:ControlSocketServer._serve",
        "gunicorn.arbiter:Arbiter.wait_for_signals",
        "gunicorn.asgi.lifespan:LifespanManager._run_lifespan",
        "gunicorn.asgi.protocol:ASGIProtocol._handle_connection",
        "gunicorn.asgi.websocket:WebSocketProtocol._read_frames",
        "gunicorn.workers.gasgi:ASGIWorker._serve",
        "gunicorn.workers.gthread:ThreadWorker.wait_for_and_dispatch_events",
        "gunicorn.workers.sync:SyncWorker.accept",
        "gunicorn.workers.sync:SyncWorker.wait",
    ),
    shutdown=(
        "gunicorn.arbiter:Arbiter.stop",
        "gunicorn.asgi.lifespan:LifespanManager.shutdown",
        "gunicorn.workers.gasgi:ASGIWorker._shutdown",
    ),
)

UVICORN_WORKER = Library(
    "uvicorn-worker",
    "uvicorn-worker",
    idle=("uvicorn_worker._workers:UvicornWorker._serve",),
    loops=("uvicorn_worker._workers:UvicornWorker.run",),
)
