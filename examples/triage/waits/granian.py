"""What triage knows about Granian, whose server is compiled."""

from __future__ import annotations

from examples.triage.waits.kinds import EVENT, GET, Library, Root, Wait

GRANIAN = Library(
    "Granian",
    "granian",
    waits=(
        Wait(GET, ("granian.asgi:LifespanProtocol.receive",), "the shutdown", new_work=True),
        Wait(
            EVENT,
            ("granian.asgi:LifespanProtocol.shutdown", "granian.asgi:LifespanProtocol.startup"),
            "the lifespan of the application",
        ),
        Wait(
            EVENT,
            (
                "granian.server.mp:MPServer._spawn_asgi_lifespan_worker.<locals>._main",
                "granian.server.mp:MPServer._spawn_asgi_worker.<locals>._main",
                "granian.server.mp:MPServer._spawn_rsgi_worker.<locals>._main",
                "granian.server.mt:MTServer._spawn_asgi_lifespan_worker.<locals>._main",
                "granian.server.mt:MTServer._spawn_asgi_worker.<locals>._main",
                "granian.server.mt:MTServer._spawn_rsgi_worker.<locals>._main",
            ),
            "the shutdown",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "request",
            (
                "granian._futures:_future_watcher_wrapper.<locals>.future_watcher",
                "granian.wsgi:_callback_wrapper.<locals>._runner",
            ),
        ),
    ),
    idle=(
        "granian.asgi:LifespanProtocol.receive",
        "granian.server.common:AbstractWorker._watcher",
        "granian.asgi:LifespanProtocol.handle",
        "granian.server.common:AbstractServer._serve_loop",
        "granian.server.embed:AsyncWorker._watcher",
        "granian.server.embed:Server._serve_loop",
        "granian.server.embed:Server._spawn_asgi_lifespan_worker",
        "granian.server.embed:Server._spawn_asgi_worker",
        "granian.server.embed:Server._spawn_rsgi_worker",
        "granian.server.mp:MPServer._spawn_asgi_lifespan_worker.<locals>._main",
        "granian.server.mp:MPServer._spawn_asgi_worker.<locals>._main",
        "granian.server.mp:MPServer._spawn_rsgi_worker.<locals>._main",
        "granian.server.mt:MTServer._spawn_asgi_lifespan_worker.<locals>._main",
        "granian.server.mt:MTServer._spawn_asgi_worker.<locals>._main",
        "granian.server.mt:MTServer._spawn_rsgi_worker.<locals>._main",
    ),
    shutdown=(
        "granian.asgi:LifespanProtocol.shutdown",
        "granian.server.embed:Server._stop_workers",
        "granian.server.embed:Server.shutdown",
    ),
)
