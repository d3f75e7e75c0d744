"""The runtime policy keeps its form: numbered rules with a record, a check and a way out."""

import re
from dataclasses import dataclass
from datetime import date

import pytest

from examples.interpreters.analysis import margins
from tests.support.collected import collect
from tests.support.records import NODE_ID, records
from tests.support.transcripts import ROOT

POLICY = (ROOT / "docs/policy/runtime-policy.md").read_text()
EXCEPTIONS = (ROOT / "docs/policy/exceptions.md").read_text()
LONGEST = 90  # days that an exception may run
PARTS = ["Decided in", "Checked by", "Exception"]
EXCEPTION_PARTS = ["Place", "Reason", "Owner", "Granted", "Last day"]


@dataclass(frozen=True)
class Rule:
    """One rule: its number, its sentence, and its parts by name."""

    number: str
    sentence: str
    parts: dict[str, str]


def read(text: str) -> list[Rule]:
    """Return the rules of a policy, in order."""
    rules = []
    for section in re.split(r"^## (?=RP-)", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        sentence, *_ = body.strip().split("\n\n")
        parts = dict(re.findall(r"^- \*\*(.+?):\*\* (.+)$", body, re.MULTILINE))
        rules.append(Rule(heading.split()[0], sentence, parts))
    return rules


def policy_faults(text: str) -> list[str]:
    """Return what is wrong with a policy, each with the rule and the repair."""
    rules = read(text)
    found = []
    wanted = [f"RP-{number:02d}" for number in range(1, len(rules) + 1)]
    if [rule.number for rule in rules] != wanted:
        found.append(f"number the rules {wanted[0]} to {wanted[-1]}, each once and in order")
    if [f"[{number}](#{number.lower()})" for number in wanted] != re.findall(
        r"\[RP-\d+\]\(#.*?\)", text
    ):
        found.append("list every rule once in the table at the top")
    for rule in rules:
        found += [f"{rule.number}: {fault}" for fault in rule_faults(rule)]
    return found


def rule_faults(rule: Rule) -> list[str]:
    """Check one rule."""
    found = []
    if not re.fullmatch(r"[^.]+\*\*must( not)?\*\*[^.]+(\d\.\d+[^.]*)?\.", rule.sentence):
        found.append("write one sentence with one **must** or **must not**")
    if list(rule.parts) != PARTS:
        return [*found, f"give it the parts {', '.join(PARTS)}, in this order"]
    record = re.search(r"\[ADR-(\d{4})\]\(\.\./\.\./adr/\1-[\w-]+\.md\)", rule.parts["Decided in"])
    accepted = {kept.number for kept in records(ROOT / "adr") if kept.facts["status"] == "accepted"}
    if not record or record[1] not in accepted:
        found.append("link the accepted record that decided it")
    if not NODE_ID.search(rule.parts["Checked by"]):
        found.append("name a test that holds its check")
    if len(rule.parts["Exception"].split()) < 5:
        found.append("say what an exception needs, or why there is none")
    return found


def exception_faults(text: str) -> list[str]:
    """Return what is wrong with the exceptions in a register, each with its rule."""
    found = []
    numbers = {rule.number for rule in read(POLICY)}
    for kept in read(text):
        if kept.number not in numbers:
            found.append(f"{kept.number}: name a rule that exists")
        if list(kept.parts) != EXCEPTION_PARTS:
            found.append(f"{kept.number}: give it the parts {', '.join(EXCEPTION_PARTS)}")
            continue
        granted, last = (date.fromisoformat(kept.parts[part]) for part in EXCEPTION_PARTS[-2:])
        if not 0 <= (last - granted).days <= LONGEST:
            found.append(f"{kept.number}: end it at most {LONGEST} days after it was granted")
    return found


def test_policy_keeps_its_form() -> None:
    """Each rule has its number, one sentence, an accepted record, a check and a way out."""
    assert policy_faults(POLICY) == []


def test_gate_keeps_the_age_of_the_policy() -> None:
    """The days in RP-11 and in the record behind it are those that the gate refuses after."""
    days = margins.read().days
    (rule,) = (rule for rule in read(POLICY) if rule.number == "RP-11")
    (record,) = (kept for kept in records(ROOT / "adr") if kept.number == "0004")

    assert f"less than {days} days old" in rule.sentence
    assert f"less than {days} days old" in record.body


def test_gate_wants_what_the_policy_says() -> None:
    """RP-11 and the record behind it hold the sentences that the margins of the gate make."""
    section = POLICY.partition("\n## RP-11")[2].partition("\n## ")[0]
    (record,) = (kept for kept in records(ROOT / "adr") if kept.number == "0004")

    for sentence in margins.read().rules():
        assert sentence in section.splitlines()
        assert sentence in record.body.splitlines()


def test_checks_of_the_rules_are_collected() -> None:
    """Each test that a rule names is one that pytest collects."""
    named = sorted({node for rule in read(POLICY) for node in NODE_ID.findall(str(rule.parts))})
    collected = collect(named)

    assert collected.returncode == 0, collected.stdout


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        ("^## RP-03", "## RP-04", "number the rules"),
        (r"^\| \[RP-02\].*\n", "", "list every rule once"),
        (r"\*\*must\*\* have a timeout", "should have a timeout", "RP-01: write one sentence"),
        (r"a timeout\.", "a timeout. It is short.", "RP-01: write one sentence"),
        (r"^- \*\*Checked by:\*\*.*\n", "", "RP-01: give it the parts"),
        (r"\[ADR-0010\]", "[ADR-0099]", "RP-01: link the accepted record"),
        (r"`tests/checks/[^`]+`", "somebody", "RP-01: name a test"),
        (r"^(- \*\*Exception:\*\*).*", r"\1 none.", "RP-01: say what an exception needs"),
    ],
)
def test_planted_fault_is_seen(pattern: str, replacement: str, message: str) -> None:
    """Each rule about the form of the policy turns red when it is broken."""
    planted = re.sub(pattern, replacement, POLICY, count=1, flags=re.MULTILINE)

    assert planted != POLICY
    assert message in "\n".join(policy_faults(planted))


def test_exceptions_are_complete_and_end() -> None:
    """Each exception names its rule and its owner, and ends."""
    assert exception_faults(EXCEPTIONS) == []


EXCEPTION = """
## RP-01

- **Place:** the price client of the API
- **Reason:** the partner answers late until its next release
- **Owner:** Ada
- **Granted:** 2026-11-01
- **Last day:** 2026-12-01
"""


def test_sound_exception_is_accepted() -> None:
    """A complete exception that ends in time passes."""
    assert exception_faults(EXCEPTIONS + EXCEPTION) == []


@pytest.mark.parametrize(
    ("sound", "faulty", "message"),
    [
        ("2026-12-01", "2027-03-01", "RP-01: end it at most 90 days"),
        ("2026-12-01", "2026-10-01", "RP-01: end it at most 90 days"),
        ("## RP-01", "## RP-99", "RP-99: name a rule"),
        ("- **Owner:** Ada\n", "", "RP-01: give it the parts"),
    ],
)
def test_faulty_exception_is_seen(sound: str, faulty: str, message: str) -> None:
    """An exception without an owner, for no rule, or that runs too long is refused."""
    (found,) = exception_faults(EXCEPTIONS + EXCEPTION.replace(sound, faulty))

    assert message in found
