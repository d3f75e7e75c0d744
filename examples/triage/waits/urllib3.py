"""What triage knows about Requests and urllib3."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, POOL, READ, RETRY, WRITE, Library, Wait

URLLIB3 = Library(
    "Requests",
    "urllib3",
    waits=(
        Wait(
            POOL,
            ("urllib3.connectionpool:HTTPConnectionPool._get_conn",),
            "a connection of the pool of HTTP connections",
        ),
        Wait(
            CONNECT,
            (
                "urllib3.connection:HTTPConnection.connect",
                "urllib3.connection:HTTPSConnection.connect",
                "urllib3.util.connection:create_connection",
            ),
            "a new HTTP connection",
        ),
        Wait(RETRY, ("urllib3.util.retry:Retry.sleep",), "the next attempt of an HTTP request"),
        Wait(
            WRITE,
            ("urllib3.connection:HTTPConnection.request",),
            "the HTTP server to take a request",
        ),
        Wait(
            READ,
            (
                "urllib3.connection:HTTPConnection.getresponse",
                "urllib3.response:HTTPResponse.read",
                "urllib3.response:HTTPResponse.read1",
                "urllib3.response:HTTPResponse.read_chunked",
                "urllib3.response:HTTPResponse.stream",
            ),
            "an HTTP response",
        ),
    ),
)
