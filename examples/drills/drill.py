"""Practise an incident: a service with a fault is started, and you find the cause.

Run it from the root of a checkout: python examples/drills/drill.py [--seed 7]
"""

import argparse
import ast
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
INCIDENTS = ROOT / "examples/incidents/incidents.toml"
STAGE = ROOT / "build/drills"
TRIES = 3
CAUSES = {
    "blocking-io": "a blocking call in the event loop",
    "cpu-bound": "calculation in the event loop",
    "runaway-tasks": "tasks are created faster than they end",
    "missing-cancellation": "nothing ends a wait or a task that is no longer wanted",
    "starvation": "many wait for a lock, queue or pool that few hold",
    "await-cycle": "tasks that wait for each other",
    "lost-work": "a task or a worker ended, and others depend on it",
}
# When the drill ends, even by SIGKILL, this shell kills the repro with its whole group.
GUARD = '"$@" & read -r _; kill -KILL 0'


@dataclass(frozen=True)
class Drill:
    """One incident to practise.

    Attributes:
        name: its folder under ``examples/incidents``.
        alert: what the pager says.
        cause: a key of `CAUSES`.
        places: functions of our own code that are a right answer.
        signal: name of the signal that the process got before the pager rang; empty for none.

    """

    name: str
    alert: str
    cause: str
    places: tuple[str, ...]
    signal: str = ""

    @property
    def page(self) -> str:
        """The address on the site of the page that tells the whole story."""
        return f"runbook/incidents/{self.name}/"

    def reach(self, pid: int) -> None:
        """Do to the process what the alert says was done to it.

        Args:
            pid: the process of the repro, once it is READY.

        """
        if self.signal:
            os.kill(pid, signal.Signals[self.signal])


def drills() -> list[Drill]:
    """Read every drill, in the order of the file."""
    incidents = tomllib.loads(INCIDENTS.read_text())
    return [
        Drill(name, facts["alert"], facts["cause"], tuple(facts["places"]), facts.get("signal", ""))
        for name, facts in incidents.items()
    ]


def pick(seed: int) -> Drill:
    """Choose the drill of a number."""
    return random.Random(seed).choice(drills())  # noqa: S311 - a drill is no secret


@contextlib.contextmanager
def staged(drill: Drill) -> Iterator[Path]:
    """Copy the repro to where its path does not tell the answer.

    A drill that was killed leaves its copy; the next one removes it.
    """
    STAGE.mkdir(parents=True, exist_ok=True)
    for stale in STAGE.iterdir():
        if not psutil.pid_exists(int(stale.name.removeprefix("drill_"))):
            shutil.rmtree(stale)
    folder = STAGE / f"drill_{psutil.Process().pid}"
    folder.mkdir()
    try:
        script = folder / "service.py"
        shutil.copy(ROOT / f"examples/incidents/{drill.name}/repro.py", script)
        yield script
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def running(script: Path) -> Iterator[str]:
    """Start a repro, and give its first line, ``READY pid=... url=...``.

    Raises:
        SystemExit: when the repro ends without that line.

    """
    with subprocess.Popen(
        ["sh", "-c", GUARD, "guard", sys.executable, str(script)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Its log is not for the one who is to look from outside.
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as guard:
        if guard.stdin is None or guard.stdout is None:
            raise AssertionError("both ends are pipes")
        try:
            ready = guard.stdout.readline()
            if not ready.startswith("READY "):
                sys.exit(f"error: the service did not start: run 'python {script}' to see why")
            yield ready
        finally:
            guard.stdin.close()
            guard.wait()


def named(answer: str, known: Sequence[str]) -> set[str]:
    """Give which of the known words an answer names.

    Whole lines of a tree may be pasted: any word of them counts. So does a number from
    1 on, and the beginning of a single known word.

    Args:
        answer: what was typed.
        known: the words that may be meant, in the order in which they were listed.

    """
    words = set(re.split(r"[^\w-]+", answer)) - {""}
    found = words & set(known)
    for word in words - found:
        starts = [one for one in known if one.startswith(word)]
        if word.isdecimal() and 1 <= int(word) <= len(known):
            found.add(known[int(word) - 1])
        elif len(starts) == 1:
            found.add(starts[0])
    return found


def ask(question: str, known: Sequence[str], right: tuple[str, ...]) -> bool:
    """Ask until the answer is right, the tries are used up or the input ends.

    An answer that names nothing known costs no try.
    """
    print(f"\n{question}")
    tries = TRIES
    while tries:
        print("> ", end="", flush=True)
        answer = sys.stdin.readline()
        if not answer:
            return False
        meant = named(answer, known)
        if not meant:
            print("That names none of them.")
        elif meant & set(right):
            print("Right.")
            return True
        else:
            tries -= 1
            print("No.")
    return False


def functions(script: Path) -> list[str]:
    """Give the names of all functions of a service, in the order of its text."""
    code = ast.parse(script.read_text())
    return [
        node.name
        for node in ast.walk(code)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def play(drill: Drill, seed: int) -> bool:
    """Run one drill and tell whether both answers were right."""
    with staged(drill) as script, running(script) as ready:
        facts = dict(word.split("=", 1) for word in ready.split()[1:])
        drill.reach(int(facts["pid"]))
        print(f"Drill {seed}. The pager says:\n\n  {drill.alert}\n")
        exports = " ".join(f"{name.upper()}={value}" for name, value in facts.items())
        print("Start at runbook/first-response/ of the site. In a second terminal:\n")
        print(f"  cd {ROOT} && . .venv/bin/activate && export {exports}")
        began = time.monotonic()
        causes = "\n".join(
            f"  {number}. {cause}: {meaning}"
            for number, (cause, meaning) in enumerate(CAUSES.items(), 1)
        )
        solved = ask(f"Which cause?\n{causes}", list(CAUSES), (drill.cause,)) and ask(
            "Which function of the service?", functions(script), drill.places
        )
        minutes, seconds = divmod(round(time.monotonic() - began), 60)
    print(f"\n{'Solved' if solved else 'Not solved'} in {minutes} min {seconds} s.")
    reveal(drill)
    return solved


def reveal(drill: Drill) -> None:
    """Print the answer and where to read on."""
    print(f"It is {drill.name}: {drill.cause}, at {' or '.join(drill.places)}.")
    print(f"Read {drill.page} of the site: make serve shows it at http://127.0.0.1:8000.")


def main() -> None:
    """Play the drill that the command line asks for."""
    parser = argparse.ArgumentParser(description="Practise an incident on a real service.")
    parser.add_argument("--seed", type=int, help="repeat the drill of this number")
    parser.add_argument("--list", action="store_true", help="print every alert, without answers")
    parser.add_argument("--reveal", action="store_true", help="print the answer of --seed")
    options = parser.parse_args()
    if options.reveal and options.seed is None:
        parser.error("--reveal needs --seed")
    if options.list:
        for drill in drills():
            print(f"- {drill.alert}")
        return
    seed = options.seed
    if seed is None:
        seed = random.randrange(1000)  # noqa: S311 - a drill is no secret
    drill = pick(seed)
    if options.reveal:
        reveal(drill)
    else:
        sys.exit(not play(drill, seed))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nerror: given up")
