"""What triage knows about arq."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, RESULT, RETRY, SHUTDOWN, SLOT, Library, Root, Wait

ARQ = Library(
    "arq",
    "arq",
    waits=(
        Wait(
            SHUTDOWN,
            ("arq.worker:Worker._wait_for_tasks_to_complete", "arq.worker:Worker.close"),
            "the last jobs of the worker",
        ),
        Wait(
            SLOT,
            ("arq.worker:Worker.start_jobs > asyncio.locks:Semaphore.acquire",),
            "a free slot of the worker",
        ),
        Wait(
            GET,
            ("arq.worker:Worker._poll_iteration", "arq.worker:Worker.main > arq.utils:poll"),
            "a job in Redis",
            new_work=True,
        ),
        Wait(
            RETRY,
            ("arq.connections:create_pool > asyncio.tasks:sleep",),
            "the next attempt to connect",
        ),
        Wait(RESULT, ("arq.jobs:Job.result",), "the result of a job"),
    ),
    roots=(Root("job", ("arq.worker:Worker.run_job",)),),
    idle=("arq.worker:Worker.async_run", "arq.worker:Worker.main"),
    shutdown=("arq.worker:Worker.close",),
)
