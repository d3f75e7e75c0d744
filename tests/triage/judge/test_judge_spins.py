"""Threads that ask again and again without a pause."""

import importlib
import operator
from dataclasses import replace

import pytest

from examples.triage.model import Process
from examples.triage.outcome import judge
from examples.triage.rules import thread_spins
from tests.triage.judge.cases import (
    PID,
    RESTING,
    SLEEP,
    STEP,
    found,
    task,
    thread,
    timeline,
    verdicts,
)

ASKS = ("queue:Queue.get_nowait", "poll", "threading:Thread.run")
GETS = ("threading:Condition.__exit__", "queue:Queue.get", *ASKS)
RUNS = ("poll", "threading:Thread.run")


def looks(
    *stacks: tuple[str, ...], state: str = "R", load: float = 0.4, seconds: float = 10.0
) -> Process:
    """Make a service whose second thread was met on these stacks, beside a loop at rest."""
    tasks = [task("beat", *SLEEP, "beat", "main")]
    step = load * seconds / (len(stacks) - 1)
    rows = [
        [RESTING, thread(200, *stack, state=state, cpu=step * number)]
        for number, stack in enumerate(stacks)
    ]
    return timeline(*[tasks] * len(rows), threads=rows, seconds=seconds)


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_thread_that_polls_a_queue(seconds: float, confidence: str) -> None:
    """It computes, and whenever one looks it asks or is about to."""
    process = looks(*[GETS, ASKS, RUNS] * 3, seconds=seconds)
    (finding,) = found(process)

    assert verdicts(process) == [("thread-spins", confidence, "poll")]
    assert finding.evidence[0].startswith("a thread without an event loop computed in 9 of 9")
    assert finding.evidence[1] == (
        "it was in poll all the time, 6 times in a call that waits or asks"
    )


def test_program_without_a_loop_that_polls_its_child() -> None:
    """Here the main thread asks, and there is no loop."""
    asks = thread(PID, "subprocess:Popen.poll", "wait_for_child", "<module>", state="R")
    rows = [[replace(asks, cpu=number)] for number in range(9)]

    assert verdicts(timeline(*[[]] * 9, threads=rows)) == [
        ("thread-spins", "likely", "wait_for_child")
    ]


def test_thread_that_works_through_a_queue() -> None:
    """Items that are there are worked on, in other functions; or the work is all there is."""
    assert verdicts(looks(*[GETS, ("parse", *RUNS), RUNS] * 3)) == []
    assert verdicts(looks(*[GETS, ("json:loads", *RUNS), ASKS] * 3)) == []
    assert verdicts(looks(*[RUNS] * 9)) == []
    assert verdicts(looks(*[GETS, RUNS, RUNS] * 3)) == []


def test_thread_that_sleeps_in_its_wait() -> None:
    """A consumer with nothing to do is in the same function and does not compute."""
    assert verdicts(looks(*[GETS] * 9, state="S")) == []


def test_thread_that_asks_now_and_then() -> None:
    """On a machine without a free CPU it may be ready to run whenever one looks."""
    assert verdicts(looks(*[GETS] * 9, load=0.09)) == []
    assert verdicts(looks(*[GETS] * 9, load=0.11)) == [("thread-spins", "likely", "poll")]


def test_stacks_in_motion() -> None:
    """Looks that could not read its stack say nothing."""
    assert verdicts(looks(*[GETS, (), ASKS] * 3)) == [("thread-spins", "likely", "poll")]
    assert verdicts(looks(*[()] * 9)) == []


def test_few_looks() -> None:
    """Seven are too few."""
    assert verdicts(looks(*[GETS] * 7)) == []
    assert verdicts(looks(*[GETS] * 8)) == [("thread-spins", "likely", "poll")]


def test_waits_that_are_told_not_to_wait() -> None:
    """A wait of a library counts as one of the queue does, however it is called."""
    pumps = ("pika.adapters.blocking_connection:BlockingConnection.process_data_events", *RUNS)

    assert verdicts(looks(*[pumps, RUNS] * 4)) == [("thread-spins", "likely", "poll")]


def test_thread_that_asks_in_two_places() -> None:
    """One that goes from one function to the next does more than to ask."""
    elsewhere = ("queue:Queue.get_nowait", "drain", "threading:Thread.run")

    assert verdicts(looks(*[ASKS] * 5, *[elsewhere] * 4)) == []


def test_short_look_at_a_poll() -> None:
    """A look of two seconds asks for a longer one."""
    assert judge(looks(*[GETS] * 8, seconds=2.0)).undecided


def test_loop_that_polls() -> None:
    """What a thread with a loop spends is told by another rule."""
    polls = thread(200, "queue:Queue.get_nowait", "poll", *STEP, state="R", loop=1)
    rows = [[RESTING, replace(polls, cpu=float(number))] for number in range(9)]

    judged = verdicts(timeline(*[[]] * 9, threads=rows))
    assert [rule for rule, *_ in judged] == ["loop-busy"]


@pytest.mark.parametrize("name", thread_spins.ASKS)
def test_what_asks_is_in_the_standard_library(name: str) -> None:
    """Each name of a function that returns at once is one of a function there."""
    module, _, qualified = name.partition(":")

    assert callable(operator.attrgetter(qualified)(importlib.import_module(module)))
