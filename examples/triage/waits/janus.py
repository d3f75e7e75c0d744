"""What triage knows about Janus, whose queues join threads and tasks."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, JOIN, PUT, Library, Wait

JANUS = Library(
    "Janus",
    "janus",
    waits=(
        Wait(PUT, ("janus:_AsyncQueueProxy.put", "janus:_SyncQueueProxy.put"), "room in a queue"),
        Wait(
            JOIN,
            ("janus:_AsyncQueueProxy.join", "janus:_SyncQueueProxy.join"),
            "the end of all items of a queue",
        ),
        Wait(
            GET,
            ("janus:_AsyncQueueProxy.get", "janus:_SyncQueueProxy.get"),
            "an item of a queue",
            new_work=True,
        ),
    ),
)
