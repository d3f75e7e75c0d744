"""The rule about jobs of a Redis stream that nobody works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from examples.triage.case import LIKELY, Case
from examples.triage.loops import has_loop
from examples.triage.model import Frame
from examples.triage.rules.rule import Finding, Rule
from examples.triage.wording import counted


class Unclaimed(Rule):
    """Jobs were taken before the worker started, and nobody has taken them over."""

    id = "unclaimed"
    cause = "lost-work"
    page = "runbook/incidents/worker_looks_idle.md"
    condition = (
        "Entries of a Redis stream were taken before the process started, and nobody acknowledges"
        " them or takes them over."
    )
    sentence = "Stale pending entries: whoever took these jobs is gone, and nobody works on them."
    why = (
        "No process holds such a job, so only Redis knows it."
        " A worker that triage was not given, on another host, may still run it: hence likely."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return "1 entry, before and after the samples; needs --redis"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Count the entries by the job that they ask for."""
        threads = (thread for one in case.threads for thread in one.values())
        if not case.latest and not any(map(has_loop, threads)):
            return
        jobs = Counter((entry.stream, entry.group, entry.job) for entry in case.process.unclaimed)
        for (stream, group, job), number in jobs.items():
            place = Frame(f"stream {stream}", 0, job.rpartition(":")[2] or f"group {group}")
            evidence = (
                f"{counted(number, 'job')} of group {group}, taken before this process started",
                "nobody has acknowledged or taken over any while triage looked",
            )
            yield self.finding(place, LIKELY, evidence, count=number)
