"""What triage knows about Celery and what it is built on."""

from __future__ import annotations

from examples.triage.waits.kinds import FUTURE, GET, POOL, RESULT, Library, Root, Wait

CELERY = Library(
    "Celery",
    "celery",
    waits=(
        Wait(
            RESULT,
            (
                "celery.result:AsyncResult.get",
                "celery.result:ResultSet.join",
                "celery.result:ResultSet.join_native",
            ),
            "the result of a job",
        ),
    ),
    roots=(Root("job", ("celery.app.trace:build_tracer.<locals>.trace_task",)),),
    idle=(
        "celery.beat:Service.start",
        "celery.worker.consumer.consumer:Consumer.start",
        "celery.worker.loops:asynloop",
        "celery.worker.loops:synloop",
    ),
)

KOMBU = Library(
    "Kombu",
    "kombu",
    waits=(
        Wait(
            POOL,
            ("kombu.resource:Resource.acquire",),
            "a connection of the pool of broker connections",
        ),
        Wait(
            GET,
            ("kombu.connection:Connection.drain_events",),
            "a message of the broker",
            new_work=True,
        ),
    ),
    loops=("kombu.asynchronous.hub:Hub.create_loop", "kombu.asynchronous.hub:Hub.run_forever"),
)

BILLIARD = Library(
    "billiard",
    "billiard",
    waits=(
        Wait(
            GET,
            (
                "billiard.pool:Worker.workloop > nothing",
                "billiard.pool:Worker.workloop.<locals>.wait_for_syn",
            ),
            "a job for a worker process",
            new_work=True,
        ),
        Wait(
            FUTURE,
            ("billiard.pool:ApplyResult.get", "billiard.pool:ApplyResult.wait"),
            "a result of a process pool",
        ),
    ),
    idle=("billiard.pool:PoolThread.run", "billiard.pool:Worker.workloop"),
)
