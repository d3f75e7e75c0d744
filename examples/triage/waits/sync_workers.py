"""What triage knows about servers and workers that run each unit of work in a thread."""

from __future__ import annotations

from examples.triage.waits.kinds import RESULT, Library, Root, Wait

DRAMATIQ = Library(
    "Dramatiq",
    "dramatiq",
    waits=(Wait(RESULT, ("dramatiq.message:Message.get_result",), "the result of a job"),),
    roots=(Root("job", ("dramatiq.worker:WorkerThread.process_message",)),),
    idle=("dramatiq.worker:ConsumerThread.run", "dramatiq.worker:WorkerThread.run"),
)

HUEY = Library(
    "Huey",
    "huey",
    waits=(Wait(RESULT, ("huey.api:Result.get",), "the result of a job"),),
    roots=(Root("job", ("huey.api:Huey._execute",)),),
    idle=("huey.consumer:Scheduler.loop", "huey.consumer:Worker.loop"),
)

RQ = Library(
    "RQ",
    "rq",
    roots=(Root("job", ("rq.job:Job.perform",)),),
)

WAITRESS = Library(
    "Waitress",
    "waitress",
    roots=(Root("request", ("waitress.task:Task.service",)),),
    idle=("waitress.task:ThreadedTaskDispatcher.handler_thread",),
)
