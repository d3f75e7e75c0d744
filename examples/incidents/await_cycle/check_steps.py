"""Tests around a circle of steps: one that finds it, one that shows what cancelling does."""

import asyncio
import graphlib

import pytest

from examples.incidents.await_cycle import repro


# --8<-- [start:check]
def test_steps_can_be_ordered() -> None:
    """No step of the run waits for itself through others."""
    graphlib.TopologicalSorter(repro.NEEDS).prepare()


# --8<-- [end:check]


# --8<-- [start:cancel]
def test_circle_cannot_be_cancelled() -> None:
    """Cancelling a step follows its await round the circle until the stack is full."""

    async def cancel_one_step() -> None:
        steps = repro.start(repro.NEEDS)
        await asyncio.wait([steps["calendar"]])
        await asyncio.sleep(0)
        steps["prices"].cancel()

    with pytest.raises(RecursionError):
        asyncio.run(cancel_one_step())


# --8<-- [end:cancel]
