"""What triage knows about TaskIQ and its brokers on Redis."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    GET,
    RESULT,
    SHUTDOWN,
    SLOT,
    THREAD,
    TIMER,
    Library,
    Root,
    Wait,
)

TASKIQ = Library(
    "TaskIQ",
    "taskiq",
    waits=(
        Wait(
            SHUTDOWN,
            (
                "taskiq.cli.worker.run:shutdown_broker",
                "taskiq.receiver.receiver:Receiver.runner > asyncio.tasks:wait",
            ),
            "the last jobs of the worker",
        ),
        Wait(
            SLOT,
            (
                "taskiq.receiver.receiver:Receiver._acquire_delivery_slot",
                "taskiq.receiver.receiver:Receiver.runner > asyncio.locks:Semaphore.acquire",
            ),
            "a free slot of the worker",
        ),
        Wait(
            GET,
            (
                "taskiq.receiver.receiver:Receiver._get_prefetched_message",
                "taskiq.receiver.receiver:Receiver.runner > asyncio.queues:Queue.get",
            ),
            "a job",
            new_work=True,
        ),
        Wait(
            THREAD,
            ("taskiq.receiver.receiver:Receiver.run_task > nothing",),
            "the function of the job in a thread or process",
        ),
        Wait(RESULT, ("taskiq.task:AsyncTaskiqTask.wait_result",), "the result of a job"),
        Wait(
            TIMER,
            (
                "taskiq.cli.scheduler.run:SchedulerLoop.run > asyncio.tasks:sleep",
                "taskiq.cli.scheduler.run:_sleep_until_next_second",
            ),
            "the next job on the schedule",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "job",
            (
                "taskiq.receiver.receiver:Receiver.callback",
                "taskiq.receiver.receiver:Receiver.run_task",
            ),
        ),
    ),
    idle=(
        "taskiq.cli.scheduler.run:run_scheduler",
        "taskiq.receiver.receiver:Receiver.listen",
        "taskiq.receiver.receiver:Receiver.prefetcher",
        "taskiq.receiver.receiver:Receiver.runner",
    ),
    shutdown=("taskiq.cli.worker.run:shutdown_broker",),
)

TASKIQ_REDIS = Library(
    "taskiq-redis",
    "taskiq-redis",
    waits=(
        Wait(
            GET,
            (
                "taskiq_redis.redis_broker:ListQueueBroker.listen",
                "taskiq_redis.redis_broker:PubSubBroker.listen",
                "taskiq_redis.redis_broker:RedisStreamBroker.listen",
                "taskiq_redis.redis_cluster_broker:ListQueueClusterBroker.listen",
                "taskiq_redis.redis_cluster_broker:RedisStreamClusterBroker.listen",
                "taskiq_redis.redis_sentinel_broker:ListQueueSentinelBroker.listen",
                "taskiq_redis.redis_sentinel_broker:PubSubSentinelBroker.listen",
                "taskiq_redis.redis_sentinel_broker:RedisStreamSentinelBroker.listen",
            ),
            "a job in Redis",
            new_work=True,
        ),
    ),
)
