"""The rule about connections that are not made."""

from __future__ import annotations

from examples.triage.case import Case
from examples.triage.model import Task
from examples.triage.rules.outbound import OutboundRule
from examples.triage.waits.kinds import CONNECT, RESOLVE


class StuckConnect(OutboundRule):
    """Tasks wait for a connection to be made, or a name to be resolved."""

    id = "stuck-connect"
    condition = "Tasks wait to connect or to resolve a name for the whole window."
    sentence = "Missing timeout on outbound I/O: nothing cancels the attempt to connect."
    why = (
        "The kernel tries for about two minutes before it gives up on a host that is silent."
        " A firewall that drops packets looks like this."
    )
    families = (CONNECT, RESOLVE)
    what = "waited to connect"

    def applies(self, case: Case, stuck: list[Task]) -> bool:  # noqa: ARG002 # always
        """Need nothing else."""
        return True
