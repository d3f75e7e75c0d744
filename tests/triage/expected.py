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

    """

    cause: str = ""
    rule: str = ""
    function: str = ""
    options: tuple[str, ...] = ()


INCIDENTS = {
    "await_cycle": Expected("await-cycle", "await-cycle", "start.<locals>.step"),
    "blocking_call": Expected("blocking-io", "loop-blocked", "next_alert"),
    "leaked_task": Expected("missing-cancellation", "orphans", "poll_positions"),
    "stuck_await": Expected("missing-cancellation", "stuck-read", "fetch_price"),
}
