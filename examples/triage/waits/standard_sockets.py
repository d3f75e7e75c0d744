"""What triage knows about blocking sockets, selectors and child processes."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    CHILD,
    CONNECT,
    READ,
    RESOLVE,
    WRITE,
    Library,
    Root,
    Wait,
)

SUBPROCESS = Library(
    "subprocess",
    "",
    waits=(
        Wait(
            CHILD,
            (
                "subprocess:Popen.__exit__",
                "subprocess:Popen.communicate",
                "subprocess:Popen.wait",
                "subprocess:call",
                "subprocess:check_output",
                "subprocess:run",
            ),
            "a child process",
        ),
    ),
)

SOCKETSERVER = Library(
    "socketserver",
    "",
    waits=(
        Wait(
            ACCEPT,
            (
                "socketserver:BaseServer.handle_request > selectors:_PollLikeSelector.select",
                "socketserver:BaseServer.serve_forever > selectors:_PollLikeSelector.select",
            ),
            "a new client",
            new_work=True,
        ),
    ),
    roots=(
        Root("request", ("http.server:BaseHTTPRequestHandler.handle_one_request",)),
        Root("session", ("socketserver:BaseServer.finish_request",)),
    ),
    idle=("socketserver:BaseServer.serve_forever > selectors:_PollLikeSelector.select",),
)

HTTP = Library(
    "http",
    "",
    waits=(
        Wait(
            CONNECT,
            (
                "http.client:HTTPConnection.connect",
                "http.client:HTTPSConnection.connect",
            ),
            "a new HTTP connection",
        ),
        Wait(
            READ,
            (
                "http.client:HTTPConnection.getresponse",
                "http.client:HTTPResponse.begin",
                "http.client:HTTPResponse.read",
                "http.client:HTTPResponse.read1",
                "http.client:HTTPResponse.readinto",
                "http.client:HTTPResponse.readline",
            ),
            "an HTTP response",
        ),
        Wait(WRITE, ("http.client:HTTPConnection.send",), "the HTTP server to take a request"),
    ),
)

SOCKETS = Library(
    "socket",
    "",
    waits=(
        Wait(ACCEPT, ("socket:socket.accept", "ssl:SSLSocket.accept"), "a client", new_work=True),
        Wait(RESOLVE, ("socket:getaddrinfo", "socket:getfqdn"), "name resolution"),
        Wait(
            CONNECT,
            (
                "socket:create_connection",
                "ssl:SSLSocket.connect",
                "ssl:SSLSocket.do_handshake",
            ),
            "a new connection",
        ),
        Wait(
            WRITE,
            (
                "socket:SocketIO.write",
                "socket:socket.sendfile",
                "ssl:SSLSocket.send",
                "ssl:SSLSocket.sendall",
                "ssl:SSLSocket.write",
            ),
            "the other side to take data",
        ),
        Wait(
            READ,
            (
                "socket:SocketIO.readinto",
                "ssl:SSLSocket.read",
                "ssl:SSLSocket.recv",
                "ssl:SSLSocket.recv_into",
            ),
            "data of the other side",
            new_work=True,
        ),
    ),
)

SELECTORS = Library(
    "selectors",
    "",
    waits=(
        Wait(
            READ,
            (
                "selectors:EpollSelector.select",
                "selectors:SelectSelector.select",
                "selectors:_PollLikeSelector.select",
            ),
            "a file or socket to become ready",
            new_work=True,
        ),
    ),
)
