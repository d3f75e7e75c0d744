"""What triage knows about Tornado."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CLIENT,
    CONNECT,
    LOCK,
    READ,
    RESOLVE,
    SEMAPHORE,
    SEND,
    Library,
    Root,
    Wait,
)

TORNADO = Library(
    "Tornado",
    "tornado",
    waits=(
        Wait(
            RESOLVE,
            (
                "tornado.netutil:DefaultExecutorResolver.resolve",
                "tornado.netutil:DefaultLoopResolver.resolve",
            ),
            "name resolution",
        ),
        Wait(CONNECT, ("tornado.tcpclient:TCPClient.connect",), "a new connection"),
        Wait(
            CLIENT,
            ("tornado.http1connection:HTTP1ServerConnection._server_request_loop",),
            "a request",
            new_work=True,
        ),
        Wait(
            CLIENT,
            ("tornado.web:RequestHandler._execute > nothing",),
            "the client to send the rest of its request",
        ),
        Wait(
            CLIENT,
            ("tornado.websocket:WebSocketProtocol13._receive_frame_loop",),
            "a message of the other side of a WebSocket",
            new_work=True,
        ),
        Wait(
            SEND,
            ("tornado.websocket:WebSocketProtocol13.write_message.<locals>.wrapper",),
            "the other side of a WebSocket to take data",
        ),
        Wait(SEMAPHORE, ("tornado.locks:Semaphore.__aenter__",), "a permit of a semaphore"),
        Wait(LOCK, ("tornado.locks:Lock.__aenter__",), "a lock"),
        Wait(READ, ("tornado.simple_httpclient:_HTTPConnection.run",), "an HTTP response"),
    ),
    roots=(
        Root("request", ("tornado.web:RequestHandler._execute",)),
        Root("session", ("tornado.websocket:WebSocketProtocol13._accept_connection",)),
        Root("job", ("tornado.ioloop:PeriodicCallback._run",)),
    ),
    idle=(
        "tornado.http1connection:HTTP1ServerConnection._server_request_loop",
        ("tornado.platform.asyncio:SelectorThread.__init__.<locals>.thread_manager_anext"),
        "tornado.platform.asyncio:SelectorThread._run_select",
        "tornado.websocket:WebSocketProtocol13.periodic_ping",
    ),
    loops=("tornado.platform.asyncio:BaseAsyncIOLoop.start",),
)
