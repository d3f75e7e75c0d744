"""What triage ought to say about every incident of the catalogue."""

from dataclasses import dataclass
from pathlib import Path

from tests.support.repros import Target


@dataclass(frozen=True)
class Expected:
    """The right verdict.

    Attributes:
        cause: the cause that the faulty service has.
        rule: the rule that finds it.
        function: function of the place.
        options: further options of triage; ``$REDIS_URL`` stands for the Redis of the target,
            ``$FOLDER`` for one that captures may be written to.
        where: what is named beside the function; empty for the repro.
        also: causes that the service has as well.

    """

    cause: str
    rule: str
    function: str
    options: tuple[str, ...] = ()
    where: str = ""
    also: tuple[str, ...] = ()

    def options_for(self, target: Target, folder: Path, *, fixed: bool = False) -> list[str]:
        """Give the options, with the Redis of this target and a folder for captures.

        One that waits for a fault is not for a fixed service, which never brings it.
        """
        if fixed and "--until" in self.options:
            return []
        values = {"$REDIS_URL": target.redis_url, "$FOLDER": str(folder)}
        options = list(self.options)
        for name, value in values.items():
            options = [option.replace(name, value) for option in options]
        return options


INCIDENTS = {
    "await_cycle": Expected("await-cycle", "await-cycle", "start.<locals>.step"),
    "background_orchestration": Expected("runaway-tasks", "runaway", "refresh"),
    "blocking_call": Expected("blocking-io", "loop-blocked", "next_alert"),
    "busy_without_tasks": Expected("cpu-bound", "loop-busy", "Metrics.flush"),
    "db_pool_empty": Expected("starvation", "pool-empty", "service.<locals>.position"),
    # The listener is absent, and absence has no place: only the process itself knows it.
    "dead_broadcaster": Expected("lost-work", "dead-task", "listen", ("--in-process",)),
    "executor_full": Expected("starvation", "threads-taken", "download_report"),
    "fan_out": Expected("runaway-tasks", "runaway", "price_in_turn", also=("starvation",)),
    "hung_shutdown": Expected("missing-cancellation", "shutdown-waits", "push"),
    "latency_spike": Expected(
        "blocking-io",
        "loop-blocked",
        "note",
        ("--until", "findings", "--for", "2m", "--save", "$FOLDER/spike.json"),
    ),
    "leaked_task": Expected("missing-cancellation", "orphans", "poll_positions"),
    "lock_convoy": Expected("starvation", "lock-queue", "quote"),
    "pool_exhausted": Expected("starvation", "pool-empty", "service.<locals>.get"),
    "silent_websocket": Expected("starvation", "slow-client", "broadcast"),
    "stalled_consumer": Expected("starvation", "queue-full", "work"),
    "stuck_await": Expected("missing-cancellation", "stuck-read", "fetch_price"),
    "thread_pool_full": Expected("starvation", "threads-taken", "fetch_report"),
    # What is pending is known to Redis alone.
    "worker_looks_idle": Expected(
        "lost-work", "unclaimed", "settle", ("--redis", "$REDIS_URL"), "stream jobs"
    ),
    "worker_slots_stuck": Expected("starvation", "slots-taken", "fetch_price"),
}
