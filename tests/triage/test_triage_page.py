"""What the page of triage shows is what triage prints."""

import re
from collections.abc import Callable

from examples import triage
from tests.repros import running
from tests.transcripts import ROOT
from tests.triage.reports import VOLATILE
from tests.triage.small_targets import target

HERE = "examples/triage_outputs"


def test_rules_and_help(transcript: Callable[..., None]) -> None:
    """The page shows every rule and every option."""
    transcript(f"{HERE}/rules.out")
    transcript(f"{HERE}/help.out")


def test_blind_and_in_process(transcript: Callable[..., None]) -> None:
    """A task made from anext() hides all others, and --in-process shows them."""
    with target("anext") as process:
        transcript(f"{HERE}/blind.out", patterns=VOLATILE, PID=process.pid)
        transcript(f"{HERE}/in_process.out", patterns=VOLATILE, PID=process.pid)


def test_json(transcript: Callable[..., None]) -> None:
    """The page shows the report on an incident as data."""
    with running("await_cycle") as shown:
        transcript(f"{HERE}/json.out", patterns=VOLATILE, PID=shown.pid)


def test_benchmark_table(transcript: Callable[..., None]) -> None:
    """The table on the page is that of the measured result."""
    transcript(f"{HERE}/bench.out")


def test_pages_of_the_rules_exist() -> None:
    """Each rule sends the reader to a page that is there."""
    for rule in triage.RULES:
        page, _, _ = rule.page.partition("#")
        assert (ROOT / "docs" / page).exists(), f"{rule.id}: {rule.page}"


def test_rules_are_sentences() -> None:
    """Each rule has an id of its own, and says what it says in whole sentences."""
    ids = [rule.id for rule in triage.RULES]
    assert len(set(ids)) == len(ids)
    for rule in triage.RULES:
        for text in (rule.condition, rule.sentence, rule.why):
            assert re.fullmatch(r"[A-Z].*\.", text), f"{rule.id}: {text}"
