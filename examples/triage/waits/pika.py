"""What triage knows about Pika."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, Library, Root, Wait

PIKA = Library(
    "Pika",
    "pika",
    waits=(
        Wait(
            GET,
            (
                "pika.adapters.blocking_connection:BlockingConnection.process_data_events",
                "pika.adapters.blocking_connection:BlockingChannel.start_consuming",
                "pika.adapters.blocking_connection:BlockingChannel.consume",
            ),
            "a message of RabbitMQ",
            new_work=True,
        ),
    ),
    roots=(
        Root("message", ("pika.adapters.blocking_connection:BlockingChannel._dispatch_events",)),
    ),
)
