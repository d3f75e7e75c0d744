"""What triage knows about Litestar."""

from __future__ import annotations

from examples.triage.waits.kinds import CLIENT, GET, SEND, THREAD, UPLOAD, Library, Root, Wait

LITESTAR = Library(
    "Litestar",
    "litestar",
    waits=(
        Wait(
            CLIENT,
            (
                "litestar.connection.websocket:WebSocket.receive_data",
                (
                    "litestar.connection.websocket"
                    ":WebSocket.receive_wrapper.<locals>.wrapped_receive"
                ),
            ),
            "a message of the WebSocket client",
            new_work=True,
        ),
        Wait(
            SEND,
            (
                "litestar.connection.websocket:WebSocket.close",
                "litestar.connection.websocket:WebSocket.send_data",
                "litestar.connection.websocket:WebSocket.send_wrapper.<locals>.wrapped_send",
            ),
            "the WebSocket client to take data",
        ),
        Wait(
            CLIENT,
            ("litestar.response.streaming:ASGIStreamingResponse._listen_for_disconnect",),
            "the client to leave",
            new_work=True,
        ),
        Wait(
            UPLOAD,
            ("litestar.connection.request:Request.stream",),
            "the client to send the rest of its request",
        ),
        Wait(
            GET,
            ("litestar.channels.subscriber:Subscriber.iter_events",),
            "an event of a channel",
            new_work=True,
        ),
        Wait(THREAD, ("litestar.concurrency:_run_sync_asyncio",), "a call in a thread"),
    ),
    roots=(
        Root("startup", ("litestar._asgi.asgi_router:ASGIRouter.lifespan",)),
        Root("request", ("litestar.routes.http:HTTPRoute.handle",)),
        Root(
            "session",
            (
                "litestar.response.streaming:ASGIStreamingResponse._stream",
                "litestar.response.streaming:ASGIStreamingResponse.send_body",
                "litestar.routes.websocket:WebSocketRoute.handle",
            ),
        ),
        Root("job", ("litestar.background_tasks:BackgroundTask.__call__",)),
    ),
    idle=(
        "litestar._asgi.asgi_router:ASGIRouter.lifespan",
        "litestar.channels.plugin:ChannelsPlugin._pub_worker",
        "litestar.channels.plugin:ChannelsPlugin._sub_worker",
        "litestar.events.emitter:SimpleEventEmitter._worker",
    ),
)
