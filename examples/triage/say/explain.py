"""The rules in words."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.rules.register import NORMAL_WAITS, RULES
from examples.triage.say.words import wrapped


def rules_text() -> Iterator[str]:
    """Write every rule."""
    for rule in RULES:
        yield f"{rule.id}: {rule.cause}"
        for label, text in (
            ("when", rule.condition),
            ("needs", rule().threshold),
            ("says", rule.sentence),
            ("why", rule.why),
        ):
            yield from wrapped(f"{label:<6}{text}", "  ", " " * 8)
        yield ""
    yield from wrapped(NORMAL_WAITS, "")
