"""Whether results may be judged at all: complete, recent, and of this interpreter."""

import platform
from datetime import datetime

from examples.interpreters.analysis.margins import Margins
from examples.interpreters.analysis.results import Results, ResultsError


def check(measured: Results, wanted: Margins, now: datetime) -> None:
    """Refuse results that say nothing about this interpreter today.

    Raises:
        ResultsError: when they are old, incomplete, or of another CPython.

    """
    check_complete(measured, wanted)
    age = (now - datetime.fromisoformat(measured.date)).days
    if age > wanted.days:
        raise ResultsError(f"old: {age} days, at most {wanted.days} count")
    if measured.cpython != platform.python_version():
        raise ResultsError(
            f"measured on CPython {measured.cpython}, not {platform.python_version()}"
        )


def check_complete(measured: Results, wanted: Margins) -> None:
    """Refuse results that lack something that a judgement needs.

    Raises:
        ResultsError: when they are incomplete.

    """
    if measured.quick:
        raise ResultsError("incomplete: a --quick run checks the harness and measures nothing")
    for name, cell in measured.comparisons.items():
        if cell.rounds < wanted.rounds:
            raise ResultsError(
                f"incomplete: {cell.rounds} rounds of {name}, {wanted.rounds} are wanted"
            )
        known = {*cell.timings, *cell.refused}
        if missing := [form for form in wanted.today.values() if form not in known]:
            raise ResultsError(f"incomplete: {name} was not run as today: {', '.join(missing)}")
