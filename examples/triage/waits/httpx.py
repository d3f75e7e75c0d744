"""What triage knows about HTTPX and the connections below it."""

from __future__ import annotations

from dataclasses import replace

from examples.triage.waits.kinds import (
    CONNECT,
    POOL,
    READ,
    RETRY,
    SEMAPHORE,
    WRITE,
    Library,
    Wait,
)

HTTPX = Library(
    "HTTPX",
    "httpx",
    waits=(
        Wait(
            POOL,
            (
                "httpcore._async.connection_pool:AsyncPoolRequest.wait_for_connection",
                "httpcore._sync.connection_pool:PoolRequest.wait_for_connection",
            ),
            "a connection of the pool of HTTP connections",
        ),
        Wait(
            SEMAPHORE,
            (
                (
                    "httpcore._async.http2:AsyncHTTP2Connection.handle_async_request"
                    " > httpcore._synchronization:AsyncSemaphore.acquire"
                ),
                (
                    "httpcore._sync.http2:HTTP2Connection.handle_request"
                    " > httpcore._synchronization:Semaphore.acquire"
                ),
            ),
            "a free stream of an HTTP/2 connection",
        ),
        Wait(
            RETRY,
            (
                (
                    "httpcore._async.connection:AsyncHTTPConnection._connect"
                    " > httpcore._backends.auto:AutoBackend.sleep"
                ),
            ),
            "the next attempt to connect",
        ),
        Wait(
            CONNECT,
            (
                "httpcore._async.connection:AsyncHTTPConnection._connect",
                (
                    "httpcore._async.http_proxy:AsyncTunnelHTTPConnection.handle_async_request"
                    " > httpcore._backends.anyio:AnyIOStream.start_tls"
                ),
                "httpcore._async.socks_proxy:_init_socks5_connection",
                "httpcore._backends.anyio:AnyIOBackend.connect_tcp",
                "httpcore._sync.connection:HTTPConnection._connect",
                "httpcore._sync.socks_proxy:_init_socks5_connection",
            ),
            "a new HTTP connection",
        ),
        Wait(
            WRITE,
            (
                "httpcore._async.http11:AsyncHTTP11Connection._send_event",
                "httpcore._async.http2:AsyncHTTP2Connection._wait_for_outgoing_flow",
                "httpcore._async.http2:AsyncHTTP2Connection._write_outgoing_data",
                "httpcore._sync.http11:HTTP11Connection._send_event",
                "httpcore._sync.http2:HTTP2Connection._wait_for_outgoing_flow",
                "httpcore._sync.http2:HTTP2Connection._write_outgoing_data",
            ),
            "the HTTP server to take a request",
        ),
        Wait(
            READ,
            (
                "httpcore._async.http11:AsyncHTTP11Connection._receive_response_headers",
                "httpcore._async.http2:AsyncHTTP2Connection._receive_response",
                "httpcore._sync.http11:HTTP11Connection._receive_response_headers",
                "httpcore._sync.http2:HTTP2Connection._receive_response",
                "httpx._client:AsyncClient.request",
                "httpx._client:AsyncClient.send",
                "httpx._client:Client.request",
                "httpx._client:Client.send",
                "httpx._models:Response.aread",
                "httpx._models:Response.read",
            ),
            "an HTTP response",
        ),
        Wait(
            READ,
            (
                "httpcore._async.http11:AsyncHTTP11Connection._receive_response_body",
                "httpcore._async.http11:AsyncHTTP11UpgradeStream.read",
                "httpcore._async.http2:AsyncHTTP2Connection._receive_response_body",
                "httpcore._sync.http11:HTTP11Connection._receive_response_body",
                "httpcore._sync.http11:HTTP11UpgradeStream.read",
                "httpcore._sync.http2:HTTP2Connection._receive_response_body",
            ),
            "data of an HTTP stream",
            new_work=True,
        ),
    ),
)


def _next_of(package: str) -> tuple[Wait, ...]:
    """Give the waits of the second generation of a package, which has kept its functions."""
    begin, successor = f"{package}.", f"{package}2."
    waits = (
        replace(wait, functions=tuple(one for one in wait.functions if one.startswith(begin)))
        for wait in HTTPX.waits
    )
    return tuple(
        replace(wait, functions=tuple(one.replace(begin, successor) for one in wait.functions))
        for wait in waits
        if wait.functions
    )


HTTPX2 = Library("HTTPX 2", "httpx2", waits=_next_of("httpx"))
HTTPCORE2 = Library("HTTP core 2", "httpcore2", waits=_next_of("httpcore"))
