"""What triage knows about Hypercorn."""

from __future__ import annotations

from examples.triage.waits.kinds import CLIENT, EVENT, GET, SHUTDOWN, WRITE, Library, Root, Wait

HYPERCORN = Library(
    "Hypercorn",
    "hypercorn",
    waits=(
        Wait(
            SHUTDOWN,
            ("hypercorn.asyncio.lifespan:Lifespan.wait_for_shutdown",),
            "open connections and the lifespan of the application",
        ),
        Wait(
            EVENT,
            ("hypercorn.asyncio.lifespan:Lifespan.wait_for_startup",),
            "the lifespan of the application",
        ),
        Wait(
            GET,
            ("hypercorn.asyncio.lifespan:Lifespan.asgi_receive",),
            "the shutdown",
            new_work=True,
        ),
        Wait(
            CLIENT,
            ("hypercorn.asyncio.tcp_server:TCPServer._read_data",),
            "a request",
            new_work=True,
        ),
        Wait(
            WRITE,
            (
                "hypercorn.asyncio.tcp_server:TCPServer._close",
                "hypercorn.asyncio.tcp_server:TCPServer.protocol_send",
                "hypercorn.protocol.h2:StreamBuffer.drain",
                "hypercorn.protocol.h2:StreamBuffer.push",
            ),
            "the client to take data",
        ),
    ),
    roots=(
        Root(
            "request", ("hypercorn.asyncio.task_group:_handle", "hypercorn.trio.task_group:_handle")
        ),
    ),
    idle=(
        "hypercorn.asyncio.lifespan:Lifespan.asgi_receive",
        "hypercorn.utils:raise_shutdown",
        "hypercorn.asyncio.lifespan:Lifespan.handle_lifespan",
        "hypercorn.asyncio.run:worker_serve",
        "hypercorn.asyncio.tcp_server:TCPServer._idle_timeout",
        "hypercorn.asyncio.tcp_server:TCPServer.run",
        "hypercorn.asyncio.udp_server:UDPServer.run",
        "hypercorn.protocol.h2:H2Protocol.send_task",
        "hypercorn.protocol.ws_stream:WSStream._send_pings",
        "hypercorn.run:run",
    ),
    shutdown=(
        "hypercorn.asyncio.lifespan:Lifespan.wait_for_shutdown",
        "hypercorn.asyncio.run:worker_serve > asyncio.base_events:Server.wait_closed",
        "hypercorn.asyncio.run:worker_serve > asyncio.tasks:wait_for",
    ),
    loops=("hypercorn.asyncio.run:_run",),
)
