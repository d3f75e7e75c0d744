"""What triage knows about APScheduler."""

from __future__ import annotations

from examples.triage.waits.kinds import TIMER, Library, Root, Wait

APSCHEDULER = Library(
    "APScheduler",
    "apscheduler",
    waits=(
        Wait(
            TIMER,
            ("apscheduler.schedulers.blocking:BlockingScheduler._main_loop",),
            "the next job on the schedule",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "job",
            ("apscheduler.executors.base:run_coroutine_job", "apscheduler.executors.base:run_job"),
        ),
    ),
    idle=("apscheduler.schedulers.blocking:BlockingScheduler._main_loop",),
)
