"""Each rule is written for the reader, and there is a target for which it speaks."""

import contextlib
import os
import re
import signal

import pytest

from examples.triage.read.reader import Reader
from examples.triage.rules.register import RULES
from tests.support.repros import running
from tests.support.transcripts import ROOT
from tests.triage.expected import INCIDENTS
from tests.triage.reports import report
from tests.triage.small_targets import target, until

# Rules that no incident shows, with a small target and the options that it needs.
SMALL = {
    "loop-busy": ("computing",),
    "shutdown-waits": ("refusing",),
    "cancel-ignored": ("swallowing", "--in-process"),
}


def test_rules_that_are_shown_exist() -> None:
    """No incident and no small target expects a rule that is not there."""
    shown = {expected.rule for expected in INCIDENTS.values()}

    assert shown | SMALL.keys() <= {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", SMALL)
def test_rule_speaks(rule: str) -> None:
    """The rule, and no other, finds the fault of its small target."""
    name, *options = SMALL[rule]
    with target(name) as process:
        found = report(process.pid, *options)

    assert [finding["rule"] for finding in found.findings] == [rule]


def test_shutdown_of_uvicorn() -> None:
    """After SIGTERM triage names the handler that the shutdown of uvicorn waits for."""
    with running("hung_shutdown") as shown:
        os.kill(shown.pid, signal.SIGTERM)
        with contextlib.closing(Reader(shown.pid)) as reader:
            until(
                lambda: any(
                    frame.function == "Server._wait_tasks_to_complete"
                    for task in reader.tasks().tasks
                    for frame in task.stack
                )
            )
        found = report(shown.pid)

    (finding,) = (entry for entry in found.findings if entry["rule"] == "shutdown-waits")
    assert finding["cause"] == "missing-cancellation"
    assert finding["function"] == "push"


def test_pages_of_the_rules_exist() -> None:
    """Each rule sends the reader to a page that is there."""
    for rule in RULES:
        page, _, _ = rule.page.partition("#")
        assert (ROOT / "docs" / page).exists(), f"{rule.id}: {rule.page}"


def test_rules_are_sentences() -> None:
    """Each rule has an id of its own, and says what it says in whole sentences."""
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    for rule in RULES:
        for text in (rule.condition, rule.sentence, rule.why):
            assert re.fullmatch(r"[A-Z].*\.", text), f"{rule.id}: {text}"
