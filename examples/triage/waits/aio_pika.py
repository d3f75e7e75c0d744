"""What triage knows about aio-pika and aiormq."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, GET, POOL, READ, RETRY, WRITE, Library, Root, Wait

AIO_PIKA = Library(
    "aio-pika",
    "aio-pika",
    waits=(
        Wait(POOL, ("aio_pika.pool:Pool._get",), "an item of the pool, such as a channel"),
        Wait(
            CONNECT,
            (
                "aio_pika.connection:Connection.connect",
                "aio_pika.connection:Connection.ready",
                "aio_pika.robust_channel:RobustChannel.ready",
                "aio_pika.robust_connection:RobustConnection.connect",
            ),
            "the connection to RabbitMQ",
        ),
        Wait(
            GET,
            (
                "aio_pika.queue:QueueIterator.__anext__",
                "aio_pika.robust_queue:RobustQueueIterator.__anext__",
            ),
            "a message of RabbitMQ",
            new_work=True,
        ),
        Wait(
            RETRY,
            (
                (
                    "aio_pika.robust_connection:RobustConnection.__connection_factory"
                    " > asyncio.tasks:sleep"
                ),
            ),
            "the next attempt to connect",
        ),
        Wait(READ, ("aio_pika.patterns.rpc:RPC.call",), "an answer over RabbitMQ"),
    ),
    roots=(
        Root(
            "message",
            (
                "aio_pika.patterns.master:Master.on_message",
                "aio_pika.patterns.rpc:RPC.on_call_message",
                "aio_pika.queue:consumer",
            ),
        ),
    ),
    idle=("aio_pika.robust_connection:RobustConnection.__connection_factory",),
)

AIORMQ = Library(
    "aiormq",
    "aiormq",
    waits=(
        Wait(
            CONNECT,
            ("aiormq.connection:Connection.ready",),
            "a connection to RabbitMQ that the broker has not blocked",
        ),
        Wait(CONNECT, ("aiormq.connection:Connection.connect",), "a new connection to RabbitMQ"),
        Wait(READ, ("aiormq.channel:Channel.basic_publish",), "the confirmation of RabbitMQ"),
        Wait(
            READ,
            (
                "aiormq.abc:TaskWrapper.__inner",
                "aiormq.channel:Channel._on_close",
                "aiormq.channel:Channel.basic_get",
                "aiormq.channel:Channel.rpc",
            ),
            "an answer of RabbitMQ",
        ),
        Wait(WRITE, ("aiormq.channel:Channel.__send_and_drain",), "RabbitMQ to take data"),
    ),
    idle=(
        "aiormq.channel:Channel._reader",
        "aiormq.connection:Connection.__heartbeat",
        "aiormq.connection:Connection.__reader",
        "aiormq.connection:Connection.__writer",
    ),
)
