"""What triage ought to say about every incident of the catalogue."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.support.repros import Target
from tests.support.transcripts import ROOT

REGISTER = ROOT / "examples/incidents/incidents.toml"


@dataclass(frozen=True)
class Expected:
    """The right verdict.

    Attributes:
        cause: the cause that the faulty service has.
        rule: the rule that finds it.
        function: function of the place.
        options: further options of triage; ``$REDIS_URL`` stands for the Redis of the target,
            ``$FOLDER`` for one that captures may be written to.
        where: what is named beside the function; empty for the repro.
        also: causes that the service has as well.

    """

    cause: str
    rule: str
    function: str
    options: tuple[str, ...] = ()
    where: str = ""
    also: tuple[str, ...] = ()

    def options_for(self, target: Target, folder: Path, *, fixed: bool = False) -> list[str]:
        """Give the options, with the Redis of this target and a folder for captures.

        One that waits for a fault is not for a fixed service, which never brings it.
        """
        if fixed and "--until" in self.options:
            return []
        values = {"$REDIS_URL": target.redis_url, "$FOLDER": str(folder)}
        options = list(self.options)
        for name, value in values.items():
            options = [option.replace(name, value) for option in options]
        return options


def _registered() -> dict[str, Expected]:
    """Read the part of triage in the register of incidents."""
    register = tomllib.loads(REGISTER.read_text())
    return {
        name: Expected(
            incident["cause"],
            incident["rule"],
            incident["function"],
            tuple(incident.get("options", ())),
            incident.get("where", ""),
            tuple(incident.get("also", ())),
        )
        for name, incident in register.items()
    }


INCIDENTS = _registered()
