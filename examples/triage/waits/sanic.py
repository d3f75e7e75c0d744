"""What triage knows about Sanic."""

from __future__ import annotations

from examples.triage.waits.kinds import CLIENT, EVENT, PUT, SEND, UPLOAD, WRITE, Library, Root, Wait

SANIC = Library(
    "Sanic",
    "sanic",
    waits=(
        Wait(
            CLIENT,
            (
                (
                    "sanic.http.http1:Http.http1"
                    " > sanic.server.protocols.base_protocol:SanicProtocol.receive_more"
                ),
                "sanic.http.http1:Http.http1_request_header",
            ),
            "a request",
            new_work=True,
        ),
        Wait(UPLOAD, ("sanic.http.http1:Http.read",), "the client to send the rest of its request"),
        Wait(
            CLIENT,
            (
                "sanic.server.websockets.impl:WebsocketImplProtocol.recv",
                "sanic.server.websockets.impl:WebsocketImplProtocol.recv_burst",
                "sanic.server.websockets.impl:WebsocketImplProtocol.recv_streaming",
            ),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            SEND,
            (
                "sanic.server.websockets.impl:WebsocketImplProtocol.close",
                "sanic.server.websockets.impl:WebsocketImplProtocol.send",
            ),
            "the WebSocket client to take data",
        ),
        Wait(
            PUT,
            ("sanic.server.websockets.frame:WebsocketFrameAssembler.put",),
            "the application to take messages of the WebSocket client",
        ),
        Wait(EVENT, ("sanic.app:Sanic.event",), "an event of the application", new_work=True),
        Wait(
            WRITE,
            (
                "sanic.server.protocols.base_protocol:SanicProtocol.send",
                "sanic.server.protocols.http_protocol:HttpProtocol.send",
            ),
            "the client to take data",
        ),
    ),
    roots=(
        Root("request", ("sanic.app:Sanic.handle_request", "sanic.http.http1:Http.http1")),
        Root("session", ("sanic.app:Sanic._websocket_handler",)),
    ),
    idle=(
        (
            "sanic.http.http1:Http.http1"
            " > sanic.server.protocols.base_protocol:SanicProtocol.receive_more"
        ),
        "sanic.server.protocols.http_protocol:HttpProtocol.connection_task",
        "sanic.server.websockets.impl:WebsocketImplProtocol.auto_close_connection",
        "sanic.server.websockets.impl:WebsocketImplProtocol.keepalive_ping",
        "sanic.worker.manager:WorkerManager.monitor",
    ),
    shutdown=("sanic.server.runners:_run_shutdown_coro",),
    loops=("sanic.server.runners:_run_server_forever",),
)
