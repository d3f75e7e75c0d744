"""What triage says of an incident, asked on the process that the other steps look at."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import alerts
from tests.support.repros import Target
from tests.support.transcripts import ROOT, parse, run
from tests.triage.expected import INCIDENTS
from tests.triage.reports import VOLATILE, report

HERE = "examples/incidents"


@dataclass(frozen=True)
class Triage:
    """Checks what triage says of a process.

    Attributes:
        transcript: compares what was printed with what the page shows.
        folder: an empty one, for captures.

    """

    transcript: Callable[..., None]
    folder: Path

    def names_the_fault(self, name: str, target: Target) -> None:
        """Check that the right cause at the right place comes first, and nothing else is likely.

        Args:
            name: folder of the incident.
            target: its faulty service, where the alert of the drill is true.

        """
        expected = INCIDENTS[name]
        path = f"{HERE}/{name}/triage.out"
        (step,) = parse((ROOT / path).read_text())
        capture = self.folder / "capture.json"
        adding = "" if "--save" in step.command else f" --save {capture}"
        variables = {
            "PID": str(target.pid),
            "REDIS_URL": target.redis_url,
            "FOLDER": str(self.folder),
        }
        alerts.reach(name, target)
        with alerts.watched(target) as scene:
            printed, status = run(step.command + adding, variables)
        untrue = alerts.untrue(name, scene)
        printed = printed.replace(f"saved {capture}\n", "")
        self.transcript(path, patterns=VOLATILE, printed=printed, **variables)

        # The same look as the page shows it, as data.
        found = report(*self.folder.glob("*.json"))
        assert status == found.status == 1, printed
        assert untrue == [], "the alert of the drill says it, and the process does not show it"
        first, *others = found.findings
        assert (first["cause"], first["rule"]) == (expected.cause, expected.rule)
        assert first["function"] == expected.function
        assert first["where"].startswith(expected.where or f"{HERE}/{name}/repro.py:")
        assert {other["cause"] for other in others if other["confidence"] != "possible"} <= {
            expected.cause,
            *expected.also,
        }

    def finds_nothing(self, name: str, target: Target) -> None:
        """Check that triage finds nothing in the fixed service.

        Args:
            name: folder of the incident.
            target: its fixed service.

        """
        found = report(target.pid, *INCIDENTS[name].options_for(target, self.folder, fixed=True))

        assert found.findings == []
        assert found.status == 0


@pytest.fixture
def triage(transcript: Callable[..., None], tmp_path: Path) -> Triage:
    """Give the two checks of triage, which each incident needs."""
    return Triage(transcript, tmp_path)
