"""What triage knows about FastStream."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, SHUTDOWN, SLOT, Library, Root, Wait

FASTSTREAM = Library(
    "FastStream",
    "faststream",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "faststream._internal.application:Application.stop",
                "faststream._internal.endpoint.subscriber.usecase:SubscriberUsecase.stop",
            ),
            "the messages that are still worked on",
        ),
        Wait(
            SLOT,
            (
                (
                    "faststream._internal.endpoint.subscriber.mixins:ConcurrentMixin._consume_msg"
                    " > anyio._core._synchronization:Semaphore.__aenter__"
                ),
                (
                    "faststream._internal.endpoint.subscriber.mixins:ConcurrentMixin._put_msg"
                    " > anyio._core._synchronization:Semaphore.__aenter__"
                ),
            ),
            "a free slot of the subscriber",
        ),
        Wait(
            GET,
            (
                (
                    "faststream._internal.endpoint.subscriber.mixins"
                    ":ConcurrentMixin._serve_consume_queue"
                ),
                "faststream.kafka.subscriber.usecase:LogicSubscriber._run_consume_loop",
                (
                    "faststream.nats.subscriber.usecases.stream_pull_subscriber"
                    ":BatchPullStreamSubscriber._consume_pull"
                ),
                (
                    "faststream.nats.subscriber.usecases.stream_pull_subscriber"
                    ":PullStreamSubscriber._consume_pull"
                ),
                "faststream.redis.subscriber.usecases.basic:LogicSubscriber._consume",
                (
                    "faststream.redis.subscriber.usecases.stream_subscriber"
                    ":_StreamHandlerMixin._consume"
                ),
            ),
            "a message of the broker",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "message",
            (
                (
                    "faststream._internal.endpoint.subscriber.usecase"
                    ":SubscriberUsecase.process_message"
                ),
            ),
        ),
    ),
    idle=(
        ("faststream._internal.endpoint.subscriber.mixins:ConcurrentMixin._serve_consume_queue"),
        "faststream.app:FastStream.run",
        "faststream.kafka.subscriber.usecase:LogicSubscriber._run_consume_loop",
        (
            "faststream.nats.subscriber.usecases.stream_pull_subscriber"
            ":BatchPullStreamSubscriber._consume_pull"
        ),
        (
            "faststream.nats.subscriber.usecases.stream_pull_subscriber"
            ":PullStreamSubscriber._consume_pull"
        ),
        "faststream.redis.subscriber.usecases.basic:LogicSubscriber._consume",
        ("faststream.redis.subscriber.usecases.stream_subscriber:_StreamHandlerMixin._consume"),
    ),
    shutdown=("faststream._internal.application:Application.stop",),
)
