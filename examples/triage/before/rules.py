"""The rules."""

from examples.triage.before.case import Rule
from examples.triage.before.judges import (
    MANY,
    await_cycle,
    cancel_ignored,
    clients_gone,
    dead_task,
    lock_queue,
    loop_blocked,
    loop_busy,
    orphans,
    pool_empty,
    queue_full,
    runaway,
    shutdown_waits,
    slots_taken,
    slow_client,
    stuck_read,
    threads_taken,
    unclaimed,
)
from examples.triage.before.memory import MAX_TASKS

RULES = (
    Rule(
        "loop-blocked",
        "blocking-io",
        "The main thread sleeps in the same function of your code, inside a step of the loop.",
        "3 looks and 25% of them; certain from 90%",
        "A call in this function blocks the whole event loop.",
        "A thread that waits for events sleeps in the selector."
        " One that sleeps anywhere else in a step of the loop has called something that blocks,"
        " and no other task runs meanwhile."
        " The rule is silent while other threads use the CPU, since the sleep may then be the wait"
        " for the GIL.",
        "runbook/causes/blocking-io.md",
        loop_blocked,
    ),
    Rule(
        "loop-busy",
        "cpu-bound",
        "The main thread computes in the same function of your code, and no task moves.",
        "80% of the looks; certain from 95%",
        "This function computes in the event loop: hand over to a profiler.",
        "A loaded service computes too, but its tasks change from sample to sample."
        " Only where they stand still does one step keep the loop.",
        "runbook/limits.md",
        loop_busy,
    ),
    Rule(
        "await-cycle",
        "await-cycle",
        "Tasks await each other in a circle.",
        "1 circle, in every sample",
        "These tasks wait for each other and can never go on.",
        "No event from outside can complete a task of the circle, so this needs no threshold.",
        "runbook/incidents/await_cycle.md",
        await_cycle,
    ),
    Rule(
        "runaway",
        "runaway-tasks",
        "The tasks at one place become more in every sample, or far too many of them wait.",
        f"50 more in 3 samples; {MANY:,} that do not move; or more than {MAX_TASKS:,} in all",
        "Tasks are made faster than they end.",
        "Load that comes and goes makes the count go up and down."
        " Sessions of clients are not counted, since each has a connection to show for it.",
        "runbook/causes/runaway-tasks.md",
        runaway,
    ),
    Rule(
        "lock-queue",
        "starvation",
        "Tasks wait for one lock for the whole window; of a semaphore, no holder moves either.",
        "2 tasks from the first sample to the last, or 3 in each and 1 of them throughout",
        "Tasks queue for a lock that is held for too long.",
        "Short waits for a lock are normal, and then other tasks wait in each sample."
        " A semaphore is there to hold tasks back, so it counts only when nothing moves.",
        "runbook/causes/starvation.md",
        lock_queue,
    ),
    Rule(
        "pool-empty",
        "starvation",
        "A task waits for a connection of a pool for the whole window.",
        "1 task, in every sample",
        "The connection pool is empty and gets nothing back.",
        "A pool hands a connection on within one query."
        " A wait as long as the window means that the holders keep theirs.",
        "runbook/causes/starvation.md",
        pool_empty,
    ),
    Rule(
        "threads-taken",
        "starvation",
        "A task waits for a free thread of the pool for sync endpoints for the whole window.",
        "1 task, in every sample",
        "Sync functions hold every worker thread.",
        "The pool has 40 threads, and a task waits for one only when all are taken."
        " The stacks of these threads show what takes them.",
        "runbook/causes/starvation.md",
        threads_taken,
    ),
    Rule(
        "slots-taken",
        "starvation",
        "A TaskIQ worker waits for a free slot, and none of its jobs moves.",
        "every job, in every sample",
        "Jobs that do not end hold every slot of the worker.",
        "A busy worker waits for slots as well, but its jobs come and go.",
        "runbook/causes/starvation.md",
        slots_taken,
    ),
    Rule(
        "queue-full",
        "starvation",
        "A task waits to put into a full queue, and no task of your code moves.",
        "1 task, in every sample",
        "The queue is full, and nobody takes from it.",
        "A full queue in front of a consumer that works is back pressure, as intended."
        " An empty one is never a fault: its consumer has nothing to do.",
        "runbook/causes/starvation.md",
        queue_full,
    ),
    Rule(
        "slow-client",
        "starvation",
        "A task that is not the session of the client waits until a WebSocket takes its data.",
        "1 task, in every sample",
        "One slow client holds up everybody behind it.",
        "A session that waits for its own client harms nobody."
        " A task that serves several clients in turn makes all of them wait.",
        "runbook/causes/starvation.md",
        slow_client,
    ),
    Rule(
        "stuck-read",
        "missing-cancellation",
        "HTTP requests wait in the same read, and connections to the outside stay open.",
        "2 requests for likely, 1 for possible, in every sample",
        "Requests wait for an answer from outside, and nothing cancels the wait.",
        "What may wait on purpose is left out: a stream, a subscription, a command of Redis."
        " Whether the other side is slow or dead cannot be seen from here.",
        "runbook/causes/missing-cancellation.md",
        stuck_read,
    ),
    Rule(
        "shutdown-waits",
        "missing-cancellation",
        "The process is in its shutdown, and tasks of your code do not end.",
        "1 task, in every sample",
        "The shutdown waits for this.",
        "Both uvicorn and asyncio.run() wait for tasks in functions of their own, so the wait is"
        " certain. What is left of your code is what they wait for.",
        "runbook/causes/missing-cancellation.md",
        shutdown_waits,
    ),
    Rule(
        "clients-gone",
        "missing-cancellation",
        "More handlers stand still than clients are connected.",
        "1 handler more, in every sample",
        "Handlers work on for clients that have left.",
        "A connection serves one handler at a time."
        " The rule needs the sockets of the process, so it is silent behind a Unix socket.",
        "runbook/causes/missing-cancellation.md",
        clients_gone,
    ),
    Rule(
        "orphans",
        "missing-cancellation",
        "Tasks that your code started and nobody awaits outnumber the connected clients.",
        "3 more than clients, with 2 gaps in the numbers of their names, in every sample",
        "Tasks were started for something that is over, and nobody ended them.",
        "A fixed set of workers is started at once, so the numbers of its tasks follow each other."
        " Tasks with one name or with numbers in a row are therefore never called orphans.",
        "runbook/causes/missing-cancellation.md",
        orphans,
    ),
    Rule(
        "dead-task",
        "starvation",
        "A task has ended with an error, and nobody has asked for its result.",
        "1 task; needs --in-process",
        "This task died, so whoever waits for what it made waits in vain.",
        "From outside a dead task is only an absent one, and absence has no place in the code.",
        "runbook/causes/starvation.md",
        dead_task,
    ),
    Rule(
        "cancel-ignored",
        "missing-cancellation",
        "A task was cancelled and still waits at the same place.",
        "1 task, in every sample; needs --in-process",
        "This task swallows its cancellation.",
        "From outside the request to cancel cannot be seen.",
        "runbook/causes/missing-cancellation.md",
        cancel_ignored,
    ),
    Rule(
        "unclaimed",
        "starvation",
        "Entries of a Redis stream were taken before the process started, and nobody acknowledges"
        " them or takes them over.",
        "1 entry, before and after the samples; needs --redis",
        "Whoever took these jobs is gone, and nobody works on them.",
        "No process holds such a job, so only Redis knows it."
        " A worker that triage was not given, on another host, may still run it: hence likely.",
        "runbook/incidents/worker_looks_idle.md",
        unclaimed,
    ),
)
NORMAL_WAITS = (
    "A wait that may be normal is never called a fault: a consumer of an empty queue or stream,"
    " a session that waits for its client, a timer, a task that waits for its children."
    " Where every task waits like this, the outcome is idle."
)
