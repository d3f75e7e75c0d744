"""Each rule is written for the reader, and there is a target for which it speaks."""

import os
import re
import signal

import pytest

from examples.triage.before.memory import read_tasks
from examples.triage.before.model import Process, UnreadableError
from examples.triage.before.outcome import judge
from examples.triage.before.rules import RULES
from examples.triage.read.proc import open_process
from tests.repros import running
from tests.transcripts import ROOT
from tests.triage.expected import INCIDENTS
from tests.triage.reports import report
from tests.triage.small_targets import target, until

# Rules that no incident shows, with a small target and the options that it needs.
SMALL = {
    "loop-busy": ("computing",),
    "shutdown-waits": ("refusing",),
    "cancel-ignored": ("swallowing", "--in-process"),
}


def test_every_rule_has_a_target() -> None:
    """No rule is there that nothing shows, and none is shown that is not there."""
    shown = {expected.rule for expected in INCIDENTS.values()}

    assert shown | SMALL.keys() == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", SMALL)
def test_rule_speaks(rule: str) -> None:
    """The rule, and no other, finds the fault of its small target."""
    name, *options = SMALL[rule]
    with target(name) as process:
        found = report(process.pid, *options)

    assert [finding["rule"] for finding in found.findings] == [rule]


def test_list_that_changed_while_it_was_read() -> None:
    """A list is no runaway when another sample could be read, nor for any other error."""
    error = UnreadableError("Task list appears corrupted")
    process = Process(1, 1, 0, "other", "", snapshots=[{}], error=error)

    assert [rule.id for rule, _ in judge(process, 2.0).findings] == []
    process.snapshots.clear()
    process.error = UnreadableError("Invalid set object (corrupted remote memory)")
    assert [rule.id for rule, _ in judge(process, 2.0).findings] == []
    process.error = error
    assert [rule.id for rule, _ in judge(process, 2.0).findings] == ["runaway"]


def test_shutdown_of_uvicorn() -> None:
    """After SIGTERM triage names the handler that the shutdown of uvicorn waits for."""
    with running("hung_shutdown") as shown:
        os.kill(shown.pid, signal.SIGTERM)
        process = open_process(shown.pid)
        until(
            lambda: any(
                task.passes("Server._wait_tasks_to_complete")
                for task in read_tasks(process).values()
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
