"""What triage ought to say about every incident of the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """The right verdict.

    Attributes:
        cause: the cause that the faulty service has; empty where the process cannot show it.
        rule: the rule that finds it.
        function: function of the place.
        options: further options of triage.
        also: causes that the service has as well.

    """

    cause: str = ""
    rule: str = ""
    function: str = ""
    options: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


INCIDENTS = {
    "await_cycle": Expected("await-cycle", "await-cycle", "start.<locals>.step"),
    "blocking_call": Expected("blocking-io", "loop-blocked", "next_alert"),
    "db_pool_empty": Expected("starvation", "pool-empty", "service.<locals>.position"),
    # The listener is absent, and absence has no place: only the process itself knows it.
    "dead_broadcaster": Expected("starvation", "dead-task", "listen", ("--in-process",)),
    "fan_out": Expected("runaway-tasks", "runaway", "price_in_turn", also=("starvation",)),
    "hung_shutdown": Expected("missing-cancellation", "clients-gone", "push"),
    "leaked_task": Expected("missing-cancellation", "orphans", "poll_positions"),
    "lock_convoy": Expected("starvation", "lock-queue", "quote"),
    "silent_websocket": Expected("starvation", "slow-client", "broadcast"),
    "stalled_consumer": Expected("starvation", "queue-full", "work"),
    "stuck_await": Expected("missing-cancellation", "stuck-read", "fetch_price"),
    "thread_pool_full": Expected("starvation", "threads-taken", "fetch_report"),
    # What is pending is known to Redis alone.
    "worker_looks_idle": Expected(),
    "worker_slots_stuck": Expected("starvation", "slots-taken", "fetch_price"),
}
