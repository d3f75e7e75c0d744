"""The run that counts a thousand looks works where nobody watches it."""

import asyncio
import os
import sys

from examples import lab
from examples.triage.bench.endurance import Program, busy

SERVER = ("-m", "uvicorn", "--factory", "fastapi:FastAPI", "--log-level", "error")


def test_program_of_a_relative_interpreter_is_busy() -> None:
    """A program runs in a folder of its own, with an interpreter named from the checkout."""
    python = os.path.relpath(sys.executable)

    async def counted() -> int:
        program = Program("fastapi", SERVER, "/openapi.json")
        async with busy(program, python) as (_, answers):

            async def twice() -> bool:
                return answers[program.path] >= 2

            await lab.until(twice)
            return answers[program.path]

    assert asyncio.run(counted()) >= 2
