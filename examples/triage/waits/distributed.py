"""What triage knows about Dask."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CLIENT,
    CONNECT,
    FUTURE,
    GET,
    LOCK,
    POOL,
    PUT,
    READ,
    THREAD,
    Library,
    Root,
    Wait,
)

DISTRIBUTED = Library(
    "Dask",
    "distributed",
    waits=(
        Wait(
            LOCK,
            ("distributed.semaphore:Semaphore._acquire",),
            "a lock or semaphore of the scheduler",
            elsewhere=True,
        ),
        Wait(GET, ("distributed.queues:Queue._get",), "an item of a queue of the scheduler"),
        Wait(PUT, ("distributed.queues:Queue._put",), "room in a queue of the scheduler"),
        Wait(
            POOL,
            ("distributed.core:ConnectionPool._connect",),
            "a connection to a worker or the scheduler",
        ),
        Wait(
            CONNECT,
            ("distributed.comm.core:connect",),
            "a new connection to a worker or the scheduler",
        ),
        Wait(
            CLIENT,
            (
                "distributed.core:Server._handle_comm > distributed.comm.inproc:InProc.read",
                "distributed.core:Server._handle_comm > distributed.comm.tcp:TCP.read",
                "distributed.core:Server.handle_stream > distributed.comm.inproc:InProc.read",
                "distributed.core:Server.handle_stream > distributed.comm.tcp:TCP.read",
            ),
            "a message of another process of the cluster",
            new_work=True,
        ),
        Wait(THREAD, ("distributed.utils:run_in_executor_with_context",), "a call in a thread"),
        Wait(
            FUTURE,
            (
                "distributed.client:Client._gather",
                "distributed.client:FutureState.wait",
                "distributed.client:_wait",
                "distributed.client:as_completed.__anext__",
            ),
            "results of the cluster",
        ),
        Wait(FUTURE, ("distributed.utils:sync",), "a call in the event loop of Dask"),
        Wait(READ, ("distributed.core:send_recv",), "an answer of another process of the cluster"),
    ),
    roots=(
        Root(
            "job",
            (
                "distributed.worker:Worker.execute",
                "distributed.worker:_run_task",
                "distributed.worker:_run_task_simple",
            ),
        ),
    ),
    idle=(
        "distributed.comm.inproc:InProcListener._listen",
        "distributed.deploy.cluster:Cluster._sync_cluster_info",
        "distributed.deploy.cluster:Cluster._watch_worker_status",
        "distributed.profile:_watch",
        "distributed.client:Client._handle_report",
        "distributed.comm.tcp:BaseTCPListener._handle_stream",
        "distributed.core:Server._handle_comm",
        "distributed.core:Server.finished",
        "distributed.core:Server.handle_stream",
        "distributed.threadpoolexecutor:_worker",
        "distributed.utils:LoopRunner._start_unlocked.<locals>.amain",
        "distributed.worker:Worker.handle_scheduler",
        "distributed.worker:Worker.heartbeat",
        ("distributed.worker_state_machine:BaseWorker._start_async_instruction.<locals>.wrapper"),
    ),
    shutdown=("distributed.core:Server.close",),
)
