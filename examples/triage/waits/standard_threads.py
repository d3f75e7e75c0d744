"""What triage knows about threads, executors, processes and logging of the standard library."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    BARRIER,
    CHILD,
    CONDITION,
    EVENT,
    FUTURE,
    GET,
    JOIN,
    LOCK,
    PUT,
    READ,
    SEMAPHORE,
    TASKS,
    THREAD,
    TIMER,
    WRITE,
    Library,
    Root,
    Wait,
)

CONCURRENT = Library(
    "concurrent.futures",
    "",
    waits=(
        Wait(
            THREAD,
            (
                "concurrent.futures.process:ProcessPoolExecutor.shutdown",
                "concurrent.futures.thread:ThreadPoolExecutor.shutdown",
            ),
            "the last calls of an executor",
        ),
        Wait(
            FUTURE,
            (
                "concurrent.futures._base:Future.exception",
                "concurrent.futures._base:Future.result",
                "concurrent.futures._base:_result_or_cancel",
                "concurrent.futures._base:as_completed",
                "concurrent.futures._base:wait",
            ),
            "a future of another thread or process",
        ),
        Wait(
            GET,
            (
                "concurrent.futures.thread:_worker > nothing",
                "concurrent.futures.process:_process_worker > multiprocessing.queues:Queue.get",
            ),
            "a call for an executor",
            new_work=True,
        ),
        Wait(
            PUT,
            ("concurrent.interpreters._queues:Queue.put",),
            "room in a queue between interpreters",
        ),
        Wait(
            GET,
            ("concurrent.interpreters._queues:Queue.get",),
            "an item of a queue between interpreters",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "call",
            (
                "concurrent.futures.process:_process_chunk",
                "concurrent.futures.thread:WorkerContext.run",
                "concurrent.futures.thread:_WorkItem.run",
            ),
        ),
    ),
    idle=(
        "concurrent.futures.process:_ExecutorManagerThread.run",
        "concurrent.futures.process:_process_worker > multiprocessing.queues:Queue.get",
        "concurrent.futures.thread:_worker > nothing",
    ),
    shutdown=(
        "concurrent.futures.process:_python_exit",
        "concurrent.futures.thread:_python_exit",
    ),
)

MULTIPROCESSING = Library(
    "multiprocessing",
    "",
    waits=(
        Wait(
            FUTURE,
            (
                "multiprocessing.pool:ApplyResult.get",
                "multiprocessing.pool:ApplyResult.wait",
                "multiprocessing.pool:IMapIterator.next",
            ),
            "a result of a process pool",
        ),
        Wait(
            CHILD,
            (
                "multiprocessing.pool:Pool.join",
                "multiprocessing.popen_fork:Popen.wait",
                "multiprocessing.process:BaseProcess.join",
            ),
            "a child process",
        ),
        Wait(
            JOIN,
            ("multiprocessing.queues:JoinableQueue.join",),
            "the end of all items of a queue between processes",
        ),
        Wait(
            GET,
            ("multiprocessing.pool:worker > multiprocessing.queues:SimpleQueue.get",),
            "a call for a process pool",
            new_work=True,
        ),
        Wait(PUT, ("multiprocessing.queues:Queue.put",), "room in a queue between processes"),
        Wait(
            GET,
            ("multiprocessing.queues:Queue.get", "multiprocessing.queues:SimpleQueue.get"),
            "an item of a queue between processes",
            new_work=True,
        ),
        Wait(EVENT, ("multiprocessing.synchronize:Event.wait",), "an event between processes"),
        Wait(
            CONDITION,
            (
                "multiprocessing.synchronize:Condition.wait",
                "multiprocessing.synchronize:Condition.wait_for",
            ),
            "a condition between processes",
        ),
        Wait(
            LOCK,
            (
                "multiprocessing.synchronize:Condition.__enter__",
                "multiprocessing.synchronize:SemLock.__enter__",
                "multiprocessing.util:ForkAwareThreadLock.__enter__",
            ),
            "a lock between processes",
        ),
        Wait(ACCEPT, ("multiprocessing.connection:Listener.accept",), "a client", new_work=True),
        Wait(
            READ,
            (
                "multiprocessing.connection:_ConnectionBase.poll",
                "multiprocessing.connection:_ConnectionBase.recv",
                "multiprocessing.connection:_ConnectionBase.recv_bytes",
                "multiprocessing.connection:wait",
            ),
            "data of another process",
            new_work=True,
        ),
        Wait(
            WRITE,
            (
                "multiprocessing.connection:_ConnectionBase.send",
                "multiprocessing.connection:_ConnectionBase.send_bytes",
            ),
            "another process to take data",
        ),
    ),
    idle=(
        "multiprocessing.forkserver:main",
        "multiprocessing.managers:Server.accepter",
        "multiprocessing.managers:Server.serve_forever",
        "multiprocessing.pool:Pool._handle_results",
        "multiprocessing.pool:Pool._handle_tasks",
        "multiprocessing.pool:Pool._handle_workers",
        "multiprocessing.pool:worker > multiprocessing.queues:SimpleQueue.get",
        "multiprocessing.queues:Queue._feed",
        "multiprocessing.resource_tracker:main",
    ),
    shutdown=("multiprocessing.util:_exit_function",),
)

QUEUE = Library(
    "queue",
    "",
    waits=(
        Wait(JOIN, ("queue:Queue.join",), "the end of all items of a queue of threads"),
        Wait(PUT, ("queue:Queue.put",), "room in a queue of threads"),
        Wait(GET, ("queue:Queue.get",), "an item of a queue of threads", new_work=True),
    ),
)

THREADING = Library(
    "threading",
    "",
    waits=(
        Wait(TASKS, ("threading:Thread.join",), "the end of a thread"),
        Wait(TIMER, ("threading:Timer.run > threading:Event.wait",), "a timer"),
        Wait(BARRIER, ("threading:Barrier.wait",), "the other threads of a barrier"),
        Wait(SEMAPHORE, ("threading:Semaphore.acquire",), "a permit of a semaphore of threads"),
        Wait(EVENT, ("threading:Event.wait",), "an event of threads"),
        Wait(
            LOCK,
            ("threading:Condition.__enter__", "threading:_RLock.acquire"),
            "a lock of threads",
        ),
        Wait(
            CONDITION,
            ("threading:Condition.wait", "threading:Condition.wait_for"),
            "a condition of threads",
        ),
    ),
    shutdown=("threading:_shutdown",),
)

LOGGING = Library(
    "logging",
    "",
    waits=(
        Wait(
            LOCK,
            ("logging:Handler.acquire > nothing", "logging:Handler.handle > nothing"),
            "a log handler that another thread uses",
        ),
        Wait(
            GET,
            ("logging.handlers:QueueListener.dequeue",),
            "a record to log",
            new_work=True,
        ),
        Wait(
            WRITE,
            ("logging:StreamHandler.emit", "logging:StreamHandler.flush"),
            "the reader of the log to take a line",
        ),
    ),
    idle=("logging.handlers:QueueListener._monitor > logging.handlers:QueueListener.dequeue",),
)
