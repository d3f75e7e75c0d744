"""Judge what triage says of a service whose state is known."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tests.field.register import Case

type Report = Mapping[str, Any]


class Verdict(StrEnum):
    """How right a report is."""

    RIGHT = "right"
    PARTLY = "partly"  # an accepted cause at another place
    WRONG = "wrong"  # findings, and none of them has an accepted cause
    WAITING = "waiting"  # work is in flight and stands still, and no cause is named
    MISSED = "missed"  # said to be idle or healthy
    BLIND = "blind"  # no outcome at all
    DOUBT = "doubt"  # a fault that is only possible, in a healthy service
    FALSE_ALARM = "false alarm"  # one that is likely or certain
    CRASHED = "crashed"  # no report
    NOT_RUN = "not run"  # the service did not reach its state


LOOKED = ("busy", "findings", "healthy", "idle", "waiting")


def of_fault(report: Report, case: Case) -> Verdict:
    """Judge a report on the fault of a case."""
    found = findings(report)
    fits = [one for one in found if one["cause"] in case.causes]
    places = {f".{one['function']}" for one in fits}
    if any(place.endswith(f".{name}") for place in places for name in case.functions):
        return Verdict.RIGHT
    if fits:
        return Verdict.PARTLY
    if found:
        return Verdict.WRONG
    if "waiting" in statuses(report):
        return Verdict.WAITING
    return Verdict.MISSED if any(one in LOOKED for one in statuses(report)) else Verdict.BLIND


def of_healthy(report: Report) -> Verdict:
    """Judge a report on a service without a fault."""
    found = findings(report)
    if any(one["confidence"] != "possible" for one in found):
        return Verdict.FALSE_ALARM
    if found:
        return Verdict.DOUBT
    return Verdict.RIGHT if any(one in LOOKED for one in statuses(report)) else Verdict.BLIND


def statuses(report: Report) -> list[str]:
    """Give the outcome of each process."""
    return [process["status"] for process in report["processes"]]


def findings(report: Report) -> list[Mapping[str, Any]]:
    """Give the findings of all processes."""
    return [one for process in report["processes"] for one in process["findings"]]


def in_words(report: Report) -> str:
    """Give a report in a few words."""
    return "; ".join(
        f"{one['cause']} in {one['function'] or 'no function'} ({one['confidence']})"
        for one in findings(report)
    ) or ", ".join(dict.fromkeys(statuses(report)))
