"""Run programs that wait: ``python -m tests.triage.waits.programs FILE [NAME...]``.

Writes the stacks in which they wait to the file as JSON, by the name of the program.
"""

import asyncio
import json
import sys
from pathlib import Path

from examples.triage.model import Stack
from tests.triage.waits.programs import clients, servers, standard
from tests.triage.waits.programs.base import PROGRAMS, Program
from tests.triage.waits.stacks import stack_of, thread_stacks

SECONDS = 60  # after which a program that does not come to its wait is given up
OWN = frozenset(str(module.__file__) for module in (clients, servers, standard))


def fits(stack: Stack, wanted: Program) -> bool:
    """Whether this is the stack in which the program is to wait."""
    names = [frame.name for frame in stack]
    return bool(names) and names[0] == wanted.leaf and (wanted.via or names[0]) in names


async def wait_in(name: str) -> Stack:
    """Run a program until it waits, and give the stack.

    Raises:
        TimeoutError: it did not come to wait there; the text has the stacks that there were.

    """
    wanted = PROGRAMS[name]
    here = asyncio.current_task()
    stacks: list[Stack] = []
    async with wanted.run():
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    tasks = asyncio.all_tasks() - {here}
                    stacks = [stack_of(task, OWN) for task in tasks] + thread_stacks(OWN)
                    for stack in stacks:
                        if fits(stack, wanted):
                            return stack
                    await asyncio.sleep(0.01)
        except TimeoutError as error:
            seen = "\n".join(" < ".join(frame.name for frame in stack) for stack in stacks)
            raise TimeoutError(f"{name} does not wait in {wanted.leaf}:\n{seen}") from error


def main(output: str, *names: str) -> None:
    """Write the stacks of the programs with these names, or of all."""
    stacks = {name: asyncio.run(wait_in(name)) for name in names or PROGRAMS}
    Path(output).write_text(json.dumps(stacks), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
