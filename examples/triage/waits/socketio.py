"""What triage knows about python-socketio."""

from __future__ import annotations

from examples.triage.waits.kinds import Library, Root

SOCKETIO = Library(
    "Socket.IO",
    "python-socketio",
    roots=(
        Root(
            "message",
            (
                "socketio.async_client:AsyncClient._handle_event",
                "socketio.async_server:AsyncServer._handle_event_internal",
            ),
        ),
    ),
)
