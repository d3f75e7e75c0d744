"""What triage knows about asgiref, and so about Django in an event loop."""

from __future__ import annotations

from examples.triage.waits.kinds import FUTURE, THREAD, Library, Root, Wait

ASGIREF = Library(
    "asgiref",
    "asgiref",
    waits=(
        Wait(
            THREAD,
            ("asgiref.sync:SyncToAsync.__call__",),
            "a call in a thread, of which asgiref has one for all requests",
        ),
        Wait(
            FUTURE,
            (
                "asgiref.current_thread_executor:CurrentThreadExecutor.run_until_future",
                "asgiref.sync:AsyncToSync.__call__",
            ),
            "a call in the event loop",
        ),
    ),
    roots=(
        Root("call", ("asgiref.sync:SyncToAsync.thread_handler",)),
        Root("request", ("asgiref.wsgi:WsgiToAsgiInstance.run_wsgi_app",)),
    ),
)
