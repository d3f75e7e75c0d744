"""All rules, the most decisive first: each leaves alone what an earlier one explains."""

from __future__ import annotations

from examples.triage.rules.await_cycle import AwaitCycle
from examples.triage.rules.cancel_ignored import CancelIgnored
from examples.triage.rules.child_lock import ChildLock
from examples.triage.rules.clients_gone import ClientsGone
from examples.triage.rules.dead_end import DeadEnd
from examples.triage.rules.dead_task import DeadTask
from examples.triage.rules.dead_worker import DeadWorker
from examples.triage.rules.descriptors_used import DescriptorsUsed
from examples.triage.rules.lock_queue import LockQueue
from examples.triage.rules.loop_blocked import LoopBlocked
from examples.triage.rules.loop_busy import LoopBusy
from examples.triage.rules.lost_worker import LostWorker
from examples.triage.rules.never_set import NeverSet
from examples.triage.rules.not_woken import NotWoken
from examples.triage.rules.orphans import Orphans
from examples.triage.rules.permits_lost import PermitsLost
from examples.triage.rules.pool_empty import PoolEmpty
from examples.triage.rules.queue_full import QueueFull
from examples.triage.rules.queue_join import QueueJoin
from examples.triage.rules.retry_loop import RetryLoop
from examples.triage.rules.rule import Rule
from examples.triage.rules.runaway import Runaway
from examples.triage.rules.self_deadlock import SelfDeadlock
from examples.triage.rules.shutdown_waits import ShutdownWaits
from examples.triage.rules.slots_taken import SlotsTaken
from examples.triage.rules.slow_client import SlowClient
from examples.triage.rules.stuck_child import StuckChild
from examples.triage.rules.stuck_connect import StuckConnect
from examples.triage.rules.stuck_read import StuckRead
from examples.triage.rules.stuck_thread import StuckThread
from examples.triage.rules.stuck_upload import StuckUpload
from examples.triage.rules.stuck_write import StuckWrite
from examples.triage.rules.thread_cycle import ThreadCycle
from examples.triage.rules.thread_lock import ThreadLock
from examples.triage.rules.thread_pool_empty import ThreadPoolEmpty
from examples.triage.rules.thread_queue_full import ThreadQueueFull
from examples.triage.rules.thread_read import ThreadRead
from examples.triage.rules.thread_spins import ThreadSpins
from examples.triage.rules.threads_taken import ThreadsTaken
from examples.triage.rules.unclaimed import Unclaimed
from examples.triage.rules.workers_taken import WorkersTaken

RULES: tuple[type[Rule], ...] = (
    LoopBlocked,
    LoopBusy,
    ThreadSpins,
    DeadTask,
    Unclaimed,
    AwaitCycle,
    NotWoken,
    SelfDeadlock,
    ShutdownWaits,
    Runaway,
    SlowClient,
    QueueFull,
    SlotsTaken,
    StuckChild,
    ChildLock,
    WorkersTaken,
    ThreadsTaken,
    ThreadCycle,
    ThreadLock,
    ThreadPoolEmpty,
    ThreadQueueFull,
    PoolEmpty,
    LockQueue,
    PermitsLost,
    QueueJoin,
    LostWorker,
    DeadWorker,
    DeadEnd,
    StuckThread,
    ThreadRead,
    StuckWrite,
    StuckConnect,
    StuckRead,
    StuckUpload,
    RetryLoop,
    NeverSet,
    CancelIgnored,
    ClientsGone,
    Orphans,
    DescriptorsUsed,
)
NORMAL_WAITS = (
    "A wait that may be normal is never called a fault: a consumer of an empty queue or stream,"
    " a session that waits for its client, a timer, a task that waits for its children."
    " Where every task waits like this, the outcome is idle; where a unit of work stands still"
    " and nothing decides, it is waiting."
)
