"""What triage knows about Starlette, FastAPI and server-sent events."""

from __future__ import annotations

from examples.triage.waits.kinds import CLIENT, SEND, UPLOAD, WRITE, Library, Root, Wait

STARLETTE = Library(
    "Starlette",
    "starlette",
    waits=(
        Wait(
            SEND,
            (
                "starlette.websockets:WebSocket.close",
                "starlette.websockets:WebSocket.send",
            ),
            "the WebSocket client to take data",
        ),
        Wait(
            CLIENT,
            ("starlette.websockets:WebSocket.receive",),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            CLIENT,
            ("starlette.responses:StreamingResponse.listen_for_disconnect",),
            "the client to leave",
            new_work=True,
        ),
        Wait(
            UPLOAD,
            ("starlette.requests:Request.stream",),
            "the client to send the rest of its request",
        ),
    ),
    roots=(
        Root("startup", ("starlette.routing:Router.lifespan",)),
        Root(
            "request",
            (
                "starlette.routing:Route.handle",
                "starlette.routing:request_response.<locals>.app",
            ),
        ),
        Root(
            "session",
            (
                "starlette.responses:StreamingResponse.__call__",
                "starlette.responses:StreamingResponse.__call__.<locals>.wrap",
                "starlette.routing:WebSocketRoute.handle",
                "starlette.routing:websocket_session.<locals>.app",
            ),
        ),
        Root("job", ("starlette.background:BackgroundTask.__call__",)),
    ),
)

FASTAPI = Library(
    "FastAPI",
    "fastapi",
    roots=(
        Root("request", ("fastapi.routing:request_response.<locals>.app",)),
        Root("session", ("fastapi.routing:websocket_session.<locals>.app",)),
    ),
)

SSE_STARLETTE = Library(
    "sse-starlette",
    "sse-starlette",
    waits=(
        Wait(
            CLIENT,
            ("sse_starlette.sse:EventSourceResponse._listen_for_disconnect",),
            "the client to leave",
            new_work=True,
        ),
        Wait(
            WRITE,
            ("sse_starlette.sse:EventSourceResponse._send_with_timeout",),
            "the client to take an event",
        ),
    ),
    roots=(
        Root(
            "session",
            (
                "sse_starlette.sse:EventSourceResponse.__call__",
                "sse_starlette.sse:EventSourceResponse.__call__.<locals>.cancel_on_finish",
            ),
        ),
    ),
    idle=(
        "sse_starlette.sse:EventSourceResponse._listen_for_exit_signal",
        "sse_starlette.sse:EventSourceResponse._ping",
        "sse_starlette.sse:_shutdown_watcher",
    ),
)
