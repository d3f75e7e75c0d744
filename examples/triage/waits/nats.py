"""What triage knows about NATS."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CONNECT,
    GET,
    JOIN,
    READ,
    RETRY,
    SEMAPHORE,
    SHUTDOWN,
    WRITE,
    Library,
    Root,
    Wait,
)

NATS = Library(
    "NATS",
    "nats-py",
    waits=(
        Wait(
            SHUTDOWN,
            ("nats.aio.client:Client._close", "nats.aio.client:Client.drain"),
            "the last messages of a NATS client",
        ),
        Wait(
            CONNECT,
            (
                "nats.aio.client:Client._connect_to_server",
                "nats.aio.client:Client._process_connect_init",
                "nats.aio.client:Client.connect",
            ),
            "a connection to NATS",
        ),
        Wait(
            RETRY,
            ("nats.aio.client:Client._select_next_server > asyncio.tasks:sleep",),
            "the next attempt to connect",
        ),
        Wait(
            SEMAPHORE,
            ("nats.js.client:JetStreamContext.publish_async > asyncio.tasks:wait_for",),
            "room for one more message that is not confirmed",
        ),
        Wait(
            JOIN,
            ("nats.js.client:JetStreamContext.publish_async_completed",),
            "the confirmation of all messages",
        ),
        Wait(
            GET,
            (
                "nats.aio.subscription:Subscription._wait_for_msgs > asyncio.queues:Queue.get",
                "nats.aio.subscription:Subscription.next_msg",
                "nats.aio.subscription:_SubscriptionMessageIterator.__anext__",
                "nats.js.kv:KeyValue.KeyWatcher.__anext__",
                "nats.js.kv:KeyValue.KeyWatcher.updates",
            ),
            "a message of NATS",
            new_work=True,
        ),
        Wait(
            READ,
            ("nats.aio.client:Client.flush", "nats.aio.client:Client.request"),
            "an answer of NATS",
        ),
        Wait(WRITE, ("nats.aio.client:Client._flush_pending",), "NATS to take a message"),
    ),
    roots=(Root("message", ("nats.aio.subscription:Subscription._wait_for_msgs",)),),
    idle=(
        "nats.aio.client:Client._attempt_reconnect",
        "nats.aio.client:Client._flusher",
        "nats.aio.client:Client._ping_interval",
        "nats.aio.client:Client._read_loop",
        "nats.aio.subscription:Subscription._wait_for_msgs > asyncio.queues:Queue.get",
        "nats.js.client:JetStreamContext._JSI.activity_check",
    ),
)
