"""Event loops beside that of asyncio."""

from __future__ import annotations

from examples.triage.waits.kinds import Library, Root

TRIO = Library(
    "Trio",
    "trio",
    roots=(Root("call", ("trio._core._thread_cache:WorkerThread._handle_job",)),),
    idle=("trio._core._thread_cache:WorkerThread._work > nothing",),
    deadlines=(
        "trio._core._run:CancelScope",
        "trio._timeouts:fail_after",
        "trio._timeouts:move_on_after",
    ),
    loops=(
        "trio._core._run:GuestState.guest_tick",
        "trio._core._run:run",
        "trio._core._run:unrolled_run",
    ),
)

GEVENT = Library(
    "gevent",
    "gevent",
    idle=("gevent.threadpool:_WorkerGreenlet.run",),
    loops=("gevent.hub:Hub.run",),
)

TWISTED = Library(
    "Twisted",
    "twisted",
    idle=("twisted._threads._threadworker:ThreadWorker.__init__.<locals>.work > nothing",),
    loops=(
        "twisted.internet.asyncioreactor:AsyncioSelectorReactor.run",
        "twisted.internet.base:ReactorBase.mainLoop",
        "twisted.internet.base:ReactorBase.run",
    ),
)

ASYNC_TIMEOUT = Library("async-timeout", "async-timeout", deadlines=("async_timeout:Timeout",))
