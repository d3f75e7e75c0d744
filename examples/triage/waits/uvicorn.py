"""What triage knows about Uvicorn."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CLIENT,
    EVENT,
    GET,
    SEND,
    SHUTDOWN,
    WRITE,
    Library,
    Root,
    Wait,
)

UVICORN = Library(
    "Uvicorn",
    "uvicorn",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "uvicorn.server:Server._wait_tasks_to_complete",
                "uvicorn.server:Server.shutdown > asyncio.tasks:sleep",
            ),
            "open connections and running requests",
        ),
        Wait(
            EVENT,
            (
                "uvicorn.lifespan.on:LifespanOn.shutdown",
                "uvicorn.lifespan.on:LifespanOn.startup",
            ),
            "the lifespan of the application",
        ),
        Wait(GET, ("uvicorn.lifespan.on:LifespanOn.receive",), "the shutdown", new_work=True),
        Wait(
            WRITE,
            ("uvicorn.protocols.http.flow_control:FlowControl.drain",),
            "the client to take data",
        ),
        Wait(
            SEND,
            (
                "uvicorn.protocols.websockets.websockets_impl:WebSocketProtocol.asgi_send",
                "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol.send",
                "uvicorn.protocols.websockets.wsproto_impl:WSProtocol.send",
            ),
            "the WebSocket client to take data",
        ),
        Wait(
            CLIENT,
            (
                "uvicorn.protocols.websockets.websockets_impl:WebSocketProtocol.asgi_receive",
                (
                    "uvicorn.protocols.websockets.websockets_sansio_impl"
                    ":WebSocketsSansIOProtocol.receive"
                ),
                "uvicorn.protocols.websockets.wsproto_impl:WSProtocol.receive",
            ),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            CLIENT,
            (
                "uvicorn.protocols.http.h11_impl:RequestResponseCycle.receive",
                "uvicorn.protocols.http.httptools_impl:RequestResponseCycle.receive",
                "uvicorn.protocols.http.zttp_h2_impl:RequestResponseCycle.receive",
                "uvicorn.protocols.http.zttp_impl:RequestResponseCycle.receive",
            ),
            "the client to send the rest of its request or to leave",
        ),
    ),
    roots=(
        Root(
            "request",
            (
                "uvicorn.protocols.http.h11_impl:RequestResponseCycle.run_asgi",
                "uvicorn.protocols.http.httptools_impl:RequestResponseCycle.run_asgi",
                "uvicorn.protocols.http.zttp_h2_impl:RequestResponseCycle.run_asgi",
                "uvicorn.protocols.http.zttp_impl:RequestResponseCycle.run_asgi",
            ),
        ),
        Root(
            "session",
            (
                "uvicorn.protocols.websockets.websockets_impl:WebSocketProtocol.run_asgi",
                (
                    "uvicorn.protocols.websockets.websockets_sansio_impl"
                    ":WebSocketsSansIOProtocol.run_asgi"
                ),
                "uvicorn.protocols.websockets.wsproto_impl:WSProtocol.run_asgi",
            ),
        ),
    ),
    idle=(
        "uvicorn.lifespan.on:LifespanOn.receive",
        "uvicorn.lifespan.on:LifespanOn.main",
        "uvicorn.protocols.websockets.websockets_impl:WebSocketProtocol.ws_handler",
        "uvicorn.server:Server.main_loop",
        "uvicorn.supervisors.basereload:BaseReload.pause",
        "uvicorn.supervisors.multiprocess:Multiprocess.keep_subprocess_alive",
        "uvicorn.supervisors.multiprocess:Multiprocess.run",
        "uvicorn.supervisors.multiprocess:Process.always_pong",
    ),
    shutdown=(
        "uvicorn.lifespan.on:LifespanOn.shutdown",
        "uvicorn.server:Server.shutdown",
    ),
    loops=("uvicorn.server:Server.run",),
)
