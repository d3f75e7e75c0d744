"""What triage knows about SAQ."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, RESULT, SHUTDOWN, THREAD, Library, Root, Wait

SAQ = Library(
    "SAQ",
    "saq",
    waits=(
        Wait(SHUTDOWN, ("saq.worker:Worker.stop",), "the last jobs of the worker"),
        Wait(
            GET,
            (
                "saq.queue.http:HttpQueue.dequeue",
                "saq.queue.postgres:PostgresQueue.dequeue",
                "saq.queue.redis:RedisQueue.dequeue",
            ),
            "a job of the queue",
            new_work=True,
        ),
        Wait(
            THREAD,
            ("saq.worker:ensure_coroutine_function.<locals>.wrapped",),
            "the function of the job in a thread",
        ),
        Wait(
            RESULT,
            ("saq.job:Job.refresh", "saq.queue.base:Queue.apply", "saq.queue.base:Queue.map"),
            "the result of a job",
        ),
    ),
    roots=(Root("job", ("saq.worker:Worker.process",)),),
    idle=(
        "saq.queue.postgres:ListenMultiplexer._start",
        "saq.queue.redis:PubSubMultiplexer._start",
        "saq.worker:Worker.process > saq.queue.http:HttpQueue.dequeue",
        "saq.worker:Worker.process > saq.queue.postgres:PostgresQueue.dequeue",
        "saq.worker:Worker.process > saq.queue.redis:RedisQueue.dequeue",
        "saq.worker:Worker.start > asyncio.locks:Event.wait",
        "saq.worker:Worker.upkeep.<locals>.poll",
    ),
    shutdown=("saq.worker:Worker.stop",),
)
