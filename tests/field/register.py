"""The register of cases: what triage should say of each script in cases/."""

import ast
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SERVERS = ("postgresql", "rabbitmq", "redis")
CAUSES = (
    "await-cycle",
    "blocking-io",
    "cpu-bound",
    "lost-work",
    "missing-cancellation",
    "runaway-tasks",
    "starvation",
)


@dataclass(frozen=True)
class Case:
    """A service under observation, and what is right to say of it.

    Attributes:
        name: its script is ``cases/NAME.py``; a healthy service is named ``ok_...``.
        kind: the family of the fault, or of what looks like one.
        libraries: distributions that are part of it.
        needs: the servers that it talks to.
        causes: the causes that are accepted; none for a healthy service.
        functions: the functions that are accepted as the place.

    """

    name: str
    kind: str
    libraries: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether it has no fault at all, and hence no twin."""
        return self.name.startswith("ok_")

    @property
    def script(self) -> Path:
        """What starts it."""
        return HERE / f"cases/{self.name}.py"

    @property
    def sentence(self) -> str:
        """What is wrong in it, or looks wrong: the first line of its script."""
        return (ast.get_docstring(ast.parse(self.script.read_text())) or "").partition("\n")[0]


def load(path: Path = HERE / "cases.toml") -> list[Case]:
    """Give the cases of a register, in its order.

    Raises:
        ValueError: when an entry is not one of a case.

    """
    return [case(name, entry) for name, entry in tomllib.loads(path.read_text()).items()]


def case(name: str, entry: Mapping[str, object]) -> Case:
    """Make a case of its entry.

    Raises:
        ValueError: when the entry has another key or another type of value than a case, names
            a server or a cause that there is not, or says of a fault less than is needed.

    """
    texts = {key: value for key, value in entry.items() if isinstance(value, str)}
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    if set(texts) != {"kind"} or lists.keys() - {"libraries", "needs", "causes", "functions"}:
        raise ValueError(f"{name}: a kind and lists of libraries, needs, causes, functions, please")
    made = Case(name, texts["kind"], **lists)
    if unknown := {*made.needs} - {*SERVERS} | {*made.causes} - {*CAUSES}:
        raise ValueError(f"{name}: there is no {', '.join(sorted(unknown))}")
    if made.healthy == bool(made.causes) or bool(made.causes) != bool(made.functions):
        raise ValueError(f"{name}: a fault has causes and functions, a healthy service neither")
    return made
