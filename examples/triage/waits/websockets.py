"""What triage knows about websockets, as a server and as a client."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    CLIENT,
    CONNECT,
    RETRY,
    SEND,
    SHUTDOWN,
    Library,
    Root,
    Wait,
)

WEBSOCKETS = Library(
    "websockets",
    "websockets",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "websockets.asyncio.server:Server._close",
                "websockets.legacy.server:WebSocketServer._close",
            ),
            "the last sessions of a WebSocket server",
        ),
        Wait(
            ACCEPT,
            (
                "websockets.asyncio.server:Server.serve_forever",
                "websockets.asyncio.server:Server.wait_closed",
                "websockets.legacy.server:WebSocketServer.serve_forever",
                "websockets.legacy.server:WebSocketServer.wait_closed",
            ),
            "a new WebSocket client",
            new_work=True,
        ),
        Wait(
            RETRY,
            (
                "websockets.asyncio.client:connect.__aiter__ > asyncio.tasks:sleep",
                "websockets.legacy.client:Connect.__aiter__ > asyncio.tasks:sleep",
            ),
            "the next attempt to connect",
        ),
        Wait(
            CONNECT,
            (
                "websockets.asyncio.client:ClientConnection.handshake",
                "websockets.asyncio.client:connect.connect",
                "websockets.asyncio.server:ServerConnection.handshake",
                "websockets.legacy.client:Connect.__await_impl__",
                "websockets.legacy.client:WebSocketClientProtocol.handshake",
                "websockets.legacy.server:WebSocketServerProtocol.handshake",
            ),
            "the handshake of a WebSocket",
        ),
        Wait(
            SEND,
            (
                "websockets.asyncio.connection:Connection.close",
                "websockets.asyncio.connection:Connection.drain",
                "websockets.asyncio.connection:Connection.send",
                "websockets.legacy.protocol:WebSocketCommonProtocol.close",
                "websockets.legacy.protocol:WebSocketCommonProtocol.drain",
                "websockets.legacy.protocol:WebSocketCommonProtocol.send",
            ),
            "the other side of a WebSocket to take data",
        ),
        Wait(
            CLIENT,
            (
                "websockets.asyncio.connection:Connection.recv",
                "websockets.asyncio.connection:Connection.recv_streaming",
                "websockets.legacy.protocol:WebSocketCommonProtocol.recv",
            ),
            "a message of the other side of a WebSocket",
            new_work=True,
            asking=("ClientConnection", "WebSocketClientProtocol"),
        ),
    ),
    roots=(
        Root(
            "session",
            (
                "websockets.asyncio.server:serve.<locals>.protocol_handler",
                "websockets.legacy.server:WebSocketServerProtocol.handler",
            ),
        ),
    ),
    idle=(
        "websockets.asyncio.connection:Connection.keepalive",
        "websockets.legacy.protocol:WebSocketCommonProtocol.close_connection",
        "websockets.legacy.protocol:WebSocketCommonProtocol.keepalive_ping",
        "websockets.legacy.protocol:WebSocketCommonProtocol.transfer_data",
    ),
    shutdown=(
        "websockets.asyncio.server:Server._close",
        "websockets.legacy.server:WebSocketServer._close",
    ),
)
