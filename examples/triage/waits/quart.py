"""What triage knows about Quart."""

from __future__ import annotations

from examples.triage.waits.kinds import CLIENT, SEND, THREAD, UPLOAD, Library, Root, Wait

QUART = Library(
    "Quart",
    "quart",
    waits=(
        Wait(
            CLIENT,
            (
                "quart.asgi:ASGIHTTPConnection.handle_messages",
                "quart.asgi:ASGIWebsocketConnection.handle_messages",
            ),
            "the client to leave",
            new_work=True,
        ),
        Wait(
            UPLOAD,
            (
                "quart.wrappers.request:Request._load_form_data",
                "quart.wrappers.request:Request.get_data",
            ),
            "the client to send the rest of its request",
        ),
        Wait(
            CLIENT,
            ("quart.wrappers.websocket:Websocket.receive",),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            SEND,
            ("quart.wrappers.websocket:Websocket.close", "quart.wrappers.websocket:Websocket.send"),
            "the WebSocket client to take data",
        ),
        Wait(
            THREAD,
            (
                "quart.utils:run_sync.<locals>._wrapper",
                "quart.utils:run_sync_iterable.<locals>._gen_wrapper",
            ),
            "a call in a thread of the default executor",
        ),
    ),
    roots=(
        Root("startup", ("quart.app:Quart.startup",)),
        Root("request", ("quart.asgi:ASGIHTTPConnection.handle_request",)),
        Root(
            "session",
            (
                "quart.asgi:ASGIHTTPConnection._send_response",
                "quart.asgi:ASGIWebsocketConnection.handle_websocket",
            ),
        ),
        Root("job", ("quart.app:Quart.add_background_task.<locals>._wrapper",)),
    ),
    idle=(
        "quart.asgi:ASGIHTTPConnection.handle_messages",
        "quart.asgi:ASGILifespan.__call__",
        "quart.asgi:ASGIWebsocketConnection.handle_messages",
    ),
    shutdown=("quart.app:Quart.shutdown",),
)
