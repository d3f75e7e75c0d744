"""What triage knows about aiohttp, as a server and as a client."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CLIENT,
    CONNECT,
    POOL,
    READ,
    RESOLVE,
    SEND,
    SHUTDOWN,
    UPLOAD,
    WRITE,
    Library,
    Root,
    Wait,
)

AIOHTTP = Library(
    "aiohttp",
    "aiohttp",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "aiohttp.web_protocol:RequestHandler.shutdown",
                "aiohttp.web_runner:BaseRunner.cleanup",
            ),
            "open connections and running requests",
        ),
        Wait(
            CLIENT,
            ("aiohttp.web_protocol:RequestHandler.start > nothing",),
            "a request",
            new_work=True,
        ),
        Wait(
            CLIENT,
            (
                (
                    "aiohttp.web_protocol:RequestHandler.start"
                    " > aiohttp.streams:StreamReader.readany"
                ),
                "aiohttp.web_request:BaseRequest.release",
            ),
            "the client to send the rest of its request",
        ),
        Wait(
            UPLOAD,
            (
                "aiohttp.web_request:BaseRequest.post",
                "aiohttp.web_request:BaseRequest.read",
            ),
            "the client to send the rest of its request",
        ),
        Wait(
            CLIENT,
            ("aiohttp.web_ws:WebSocketResponse.receive",),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            SEND,
            (
                "aiohttp._websocket.writer:WebSocketWriter.send_frame",
                "aiohttp.client_ws:ClientWebSocketResponse.close",
                "aiohttp.web_ws:WebSocketResponse.close",
            ),
            "the other side of a WebSocket to take data",
        ),
        Wait(
            POOL,
            ("aiohttp.connector:BaseConnector._wait_for_available_connection",),
            "a connection of the pool of HTTP connections",
        ),
        Wait(
            RESOLVE,
            (
                "aiohttp.connector:TCPConnector._resolve_host",
                "aiohttp.connector:TCPConnector._resolve_host_with_throttle",
                "aiohttp.resolver:AsyncResolver.resolve",
                "aiohttp.resolver:ThreadedResolver.resolve",
            ),
            "name resolution",
        ),
        Wait(
            CONNECT,
            (
                "aiohttp.client:ClientSession._ws_connect",
                "aiohttp.connector:BaseConnector.connect",
                "aiohttp.connector:TCPConnector._create_connection",
                "aiohttp.connector:TCPConnector._create_direct_connection",
                "aiohttp.connector:TCPConnector._create_proxy_connection",
                "aiohttp.connector:TCPConnector._start_tls_connection",
                "aiohttp.connector:TCPConnector._wrap_create_connection",
                "aiohttp.connector:TCPConnector._wrap_existing_connection",
                "aiohttp.connector:UnixConnector._create_connection",
            ),
            "a new HTTP connection",
        ),
        Wait(
            WRITE,
            (
                "aiohttp.base_protocol:BaseProtocol._drain_helper",
                "aiohttp.client_reqrep:ClientRequest.send",
                "aiohttp.client_reqrep:ClientRequest.write_bytes",
                "aiohttp.http_writer:StreamWriter.drain",
                "aiohttp.web_response:StreamResponse.drain",
                "aiohttp.web_response:StreamResponse.write",
                "aiohttp.web_response:StreamResponse.write_eof",
            ),
            "the other side to take data",
        ),
        Wait(
            READ,
            (
                "aiohttp.client:ClientSession._request",
                "aiohttp.client_reqrep:ClientResponse.read",
                "aiohttp.client_reqrep:ClientResponse.start",
            ),
            "an HTTP response",
        ),
        Wait(
            READ,
            ("aiohttp.client_ws:ClientWebSocketResponse.receive",),
            "a message of the WebSocket server",
            new_work=True,
        ),
        Wait(
            READ,
            (
                "aiohttp.streams:StreamReader._wait",
                "aiohttp.streams:StreamReader.read",
                "aiohttp.streams:StreamReader.readany",
                "aiohttp.streams:StreamReader.readchunk",
                "aiohttp.streams:StreamReader.readexactly",
                "aiohttp.streams:StreamReader.readuntil",
                "aiohttp.streams:StreamReader.wait_eof",
            ),
            "data of an HTTP stream",
            new_work=True,
        ),
    ),
    roots=(
        Root("startup", ("aiohttp.web_app:Application.startup",)),
        Root("request", ("aiohttp.web_protocol:RequestHandler._handle_request",)),
        Root(
            "session",
            (
                "aiohttp.web_response:StreamResponse.drain",
                "aiohttp.web_response:StreamResponse.write",
                "aiohttp.web_ws:WebSocketResponse.receive",
                "aiohttp.web_ws:WebSocketResponse.send_bytes",
                "aiohttp.web_ws:WebSocketResponse.send_frame",
                "aiohttp.web_ws:WebSocketResponse.send_str",
            ),
        ),
    ),
    idle=("aiohttp.web:_run_app", "aiohttp.web_protocol:RequestHandler.start"),
    deadlines=("aiohttp.helpers:TimerContext",),
    shutdown=(
        "aiohttp.web_app:Application.cleanup",
        "aiohttp.web_app:Application.shutdown",
        "aiohttp.web_protocol:RequestHandler.shutdown",
        "aiohttp.web_runner:BaseRunner.cleanup",
    ),
)

AIOHAPPYEYEBALLS = Library(
    "aiohappyeyeballs",
    "aiohappyeyeballs",
    waits=(Wait(CONNECT, ("aiohappyeyeballs.impl:start_connection",), "a new connection"),),
)
