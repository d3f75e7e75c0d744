"""Threads with an event loop: blocked, busy, at rest."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from examples.triage.model import Process, Task, Thread
from examples.triage.outcome import judge
from tests.triage.judge.cases import (
    LOOP,
    PID,
    RESTING,
    SELECT,
    SLEEP,
    STEP,
    client,
    found,
    moved,
    task,
    thread,
    timeline,
    verdicts,
)

OTHER = task("heartbeat", *SLEEP, "beat")


def sampled(*moments: Thread, tasks: list[list[Task]] | None = None) -> Process:
    """Make a process whose thread was read once a second, and computed when it was running."""
    times = len(moments)
    rows = tasks or [[OTHER]] * times
    used = itertools.accumulate(float(one.state == "R") for one in moments)
    threads = [[replace(one, cpu=cpu)] for one, cpu in zip(moments, used, strict=True)]
    return timeline(*rows, seconds=times - 1.0, threads=threads)


def asleep(*names: str, **more: object) -> Thread:
    """Make the thread of a loop that sleeps inside a step."""
    return thread(PID, *names, *STEP, state="S", loop=1, **more)


def running(*names: str, **more: object) -> Thread:
    """Make the thread of a loop that computes inside a step."""
    return thread(PID, *names, *STEP, state="R", loop=1, **more)


@pytest.mark.parametrize(
    ("times", "of", "expected"),
    [(2, 4, ""), (3, 13, ""), (3, 12, "likely"), (8, 9, "likely"), (9, 10, "certain")],
)
def test_share_of_blocked_looks(times: int, of: int, expected: str) -> None:
    """Three looks and a quarter of all are likely, nine of ten are certain."""
    process = sampled(*[asleep("ssl:read", "fetch")] * times, *[RESTING] * (of - times))

    assert [confidence for _, confidence, _ in verdicts(process)] == [expected] * bool(expected)


def test_start_of_a_child() -> None:
    """To start a child takes a moment in the loop, which is no blocking call."""
    starts = asleep("subprocess:Popen._execute_child", "subprocess:Popen.__init__", "convert")

    assert verdicts(sampled(*[starts] * 5)) == []
    waits = asleep("subprocess:Popen._wait", "subprocess:run", "convert")
    assert verdicts(sampled(*[waits] * 5)) == [("loop-blocked", "certain", "convert")]


def test_innermost_call_is_named() -> None:
    """The place is own code, and the call that blocks is said beside it."""
    (finding,) = found(sampled(*[asleep("socket:recv", "ask:30", "handle")] * 5))

    assert (finding.place.function, finding.place.line) == ("ask", 30)
    assert finding.evidence[-1] == "the innermost call is recv, which blocks the thread"


def test_loop_without_tasks() -> None:
    """A callback of a protocol blocks a loop that has no task at all."""
    blocked = asleep("ask_registry", "Lookup.data_received")

    assert verdicts(sampled(*[blocked] * 5, tasks=[[]] * 5)) == [
        ("loop-blocked", "certain", "ask_registry")
    ]


def test_loop_of_another_thread() -> None:
    """The loop of a worker thread is judged as that of the main thread is."""
    main = thread(PID, "join")
    worker = thread(200, "fetch", *STEP, state="S", loop=1)
    process = timeline(*[[OTHER]] * 5, threads=[[main, worker]] * 5)

    assert verdicts(process) == [("loop-blocked", "certain", "fetch")]


@pytest.mark.parametrize(
    ("switches", "load", "rules"),
    [(51, 0.51, []), (50, 0.51, ["loop-blocked"]), (51, 0.5, ["loop-blocked"])],
)
def test_wait_for_the_gil(switches: int, load: float, rules: list[str]) -> None:
    """A thread that waits for the GIL wakes again and again, one that blocks does not."""
    moments = [
        [
            asleep("handle", switches=number * switches),
            thread(200, "compute", state="R", cpu=number * load),
        ]
        for number in range(5)
    ]
    process = timeline(*[[OTHER]] * 5, seconds=4.0, threads=moments)

    assert [rule for rule, *_ in verdicts(process)] == rules


@pytest.mark.parametrize(("wakes", "rules"), [(10, []), (9, ["loop-blocked"])])
def test_step_that_polls(wakes: int, rules: list[str]) -> None:
    """A step that asks a selector for an instant, ten times a second, lets the loop go on."""
    names = (*SELECT, "proxy.core.work.threadless:Threadless._selected_events")
    moments = [asleep(*names, switches=number * wakes) for number in range(5)]

    assert [rule for rule, *_ in verdicts(sampled(*moments))] == rules


def test_tasks_of_a_blocked_loop_are_not_judged() -> None:
    """What stands still because the loop does has no other cause."""
    lock = task("a", "asyncio.locks:Lock.acquire", "quote")

    assert verdicts(sampled(*[asleep("fetch")] * 5, tasks=[[lock]] * 5)) == [
        ("loop-blocked", "certain", "fetch")
    ]


def test_forked_child_is_in_no_loop() -> None:
    """A forked worker has the frames of its parent's loop below it, and does not run it."""
    names = ("extract", "multiprocessing.popen_fork:Popen._launch", "run_batch")

    assert verdicts(sampled(*[asleep(*names)] * 5, tasks=[[]] * 5)) == []


def test_uvloop_step() -> None:
    """Uvloop calls a task from C, so its frames lie directly above those of the loop."""
    blocked = thread(PID, "fetch", "handle", *LOOP, state="S", loop=1)

    assert verdicts(sampled(*[blocked] * 5)) == [("loop-blocked", "certain", "fetch")]


@pytest.mark.parametrize(
    ("times", "of", "expected"),
    [
        (15, 20, ""),
        (16, 20, "likely"),
        (18, 20, "likely"),
        (19, 20, "certain"),
        (2, 2, ""),
        (3, 3, "certain"),
    ],
)
def test_share_of_busy_looks(times: int, of: int, expected: str) -> None:
    """Four looks of five are likely, nineteen of twenty certain, and three are needed."""
    process = sampled(*[running("score")] * times, *[RESTING] * (of - times))

    assert [confidence for _, confidence, _ in verdicts(process)] == [expected] * bool(expected)


@pytest.mark.parametrize("seconds", [1.5, 10.0])
@pytest.mark.parametrize(("cpu", "confidence"), [(1.4, "possible"), (1.5, "certain")])
def test_cpu_makes_a_busy_loop_certain(seconds: float, cpu: float, confidence: str) -> None:
    """One request may compute for all of a short window, or of a long one if it gets little CPU."""
    threads = [[running("score", cpu=number * cpu / 3)] for number in range(4)]
    process = timeline(*[[OTHER]] * 4, seconds=seconds, threads=threads)

    assert verdicts(process) == [("loop-busy", confidence, "score")]


def test_work_that_wanders() -> None:
    """The deepest function that stays on the stack is the place."""
    moments = [running(name, "resolve", "rank") for name in ("score", "order", "recency")] * 2

    assert verdicts(sampled(*moments)) == [("loop-busy", "certain", "resolve")]


def test_callbacks_without_pause() -> None:
    """Where own code is on few of the stacks, the function that is on most of them is named."""
    turn = running("Metrics.flush")
    between = thread(PID, *LOOP, state="R", loop=1)
    step = thread(PID, *STEP, state="R", loop=1)

    assert verdicts(sampled(turn, between, step, step, step, step, tasks=[[]] * 6)) == [
        ("loop-busy", "certain", "Metrics.flush")
    ]


def test_callbacks_too_short_to_be_met() -> None:
    """Where no own code was met, a longer look may meet it."""
    step = thread(PID, *STEP, state="R", loop=1)

    assert judge(sampled(*[step] * 5, tasks=[[]] * 5)).undecided
    assert not judge(sampled(*[running("Metrics.flush")] * 5, tasks=[[]] * 5)).undecided


def test_task_that_goes_round() -> None:
    """A task that sleeps for no time is ready to run whenever triage looks."""
    spin = task("spin", "consume", future=0)
    between = thread(PID, *LOOP, state="R", loop=1)
    step = thread(PID, *STEP, state="R", loop=1)
    (finding,) = found(sampled(between, *[step] * 5, tasks=[[OTHER, spin]] * 6))

    assert (finding.rule.id, finding.place.function) == ("loop-busy", "consume")
    assert "a task in consume was ready to run in every sample" in finding.evidence


def test_loaded_service() -> None:
    """Where units of work end, the loop has work to do."""
    rows = [[task(f"request-{number}", "work")] for number in range(5)]

    assert verdicts(sampled(*[running("work")] * 5, tasks=rows)) == []


@pytest.mark.parametrize(
    ("received", "cpu", "expected"),
    [
        (0.5, 1.0, [("loop-busy", "possible", "work")]),
        (0.5, 0.5, [("loop-busy", "possible", "work")]),
        (0.49, 0.5, []),
        (0.5, 0.49, []),
    ],
)
def test_requests_that_lie_unread(
    received: float, cpu: float, expected: list[tuple[str, str, str]]
) -> None:
    """Where units of work end, a request that lies unread tells one long step from many."""
    rows = [[task(f"request-{number}", "work")] for number in range(5)]
    late = client(unread=75, received=received)

    def judged(moments: list[Thread], **more: Any) -> list[tuple[str, str, str]]:
        return verdicts(
            timeline(
                *rows,
                seconds=4.0,
                threads=[[one] for one in moments],
                connections=[late._replace(**more)],
            )
        )

    moments = [running("work", cpu=second * cpu) for second in range(5)]
    assert judged(moments) == expected
    assert judged(moments, state="queued") == expected
    assert judged(moments, unread=0) == []
    assert judged(moments, state="closed-by-peer") == []
    wanders = [running(f"work_{second}", cpu=second * cpu) for second in range(5)]
    assert judged(wanders) == []
    library = [running("json:dumps", cpu=second * cpu) for second in range(5)]
    assert judged(library) == []


@pytest.mark.parametrize(("times", "rules"), [(2, []), (3, ["loop-busy"])])
def test_requests_that_lie_unread_at_times(times: int, rules: list[str]) -> None:
    """Bytes that lay unread in most samples count, and those of a moment do not."""
    rows = [[task(f"request-{number}", "work")] for number in range(5)]
    late = client(unread=75, received=1.0)
    process = timeline(
        *rows,
        seconds=4.0,
        threads=[[running("work", cpu=float(second))] for second in range(5)],
        connections=[late],
    )
    process.snapshots[times:] = [
        replace(one, connections=(late._replace(unread=0),)) for one in process.snapshots[times:]
    ]

    assert [rule for rule, *_ in verdicts(process)] == rules
    assert judge(process).undecided  # it looks on, for as long as it may


@pytest.mark.parametrize(
    ("futures", "expected"),
    [
        ((1, 2, 3, 4, 5), [("loop-busy", "possible", "listen")]),
        ((0, 0, 0, 0, 0), [("loop-busy", "possible", "listen")]),
        ((1, 1, 1, 1, 1), []),
    ],
    ids=["moves", "is ready", "waits"],
)
def test_spin_beside_work(futures: tuple[int, ...], expected: list[object]) -> None:
    """One task that is there all the time and always in that function possibly spins."""
    spin = task("spin", *SLEEP, "listen")
    rows = [
        [replace(spin, future=future), task(f"request-{number}", "work")]
        for number, future in enumerate(futures)
    ]

    assert verdicts(sampled(*[running("listen")] * 5, tasks=rows)) == expected
    assert verdicts(sampled(*[running("work")] * 5, tasks=rows)) == []


def test_other_tasks_that_move() -> None:
    """A consumer that takes item after item may just have much to do."""
    getter = task("getter", "asyncio.queues:Queue.get", "consume")
    rows = [[OTHER, moved(getter)], *[[OTHER, getter]] * 4]
    moments = [*[running("consume")] * 4, RESTING]

    assert verdicts(sampled(*moments, tasks=rows)) == [("loop-busy", "possible", "consume")]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("twisted.python.log:callWithLogger",), []),
        (("flush",), [("loop-busy", "possible", "flush")]),
    ],
    ids=["library", "own"],
)
def test_clients_that_get_answers(names: tuple[str, ...], expected: list[object]) -> None:
    """A loop of callbacks whose clients get data is loaded; only own code on it is possible."""
    process = sampled(*[running(*names)] * 5, tasks=[[]] * 5)
    served = client(sent=0.5)
    process.snapshots = [replace(one, connections=(served,)) for one in process.snapshots]

    assert verdicts(process) == expected


def test_clients_that_nobody_accepts() -> None:
    """Clients that only queue up have no answers."""
    waits = client(state="queued")
    rows = [[replace(OTHER, future=number + 1)] for number in range(5)]
    process = sampled(*[running("flush")] * 5, tasks=rows)
    process.snapshots = [replace(one, connections=(waits,)) for one in process.snapshots]

    assert verdicts(process) == [("loop-busy", "certain", "flush")]


@pytest.mark.parametrize(
    ("name", "futures", "expected"),
    [
        ("flush", (1, 1, 1, 1, 1), ["certain"]),
        ("flush", (1, 2, 3, 4, 5), ["possible"]),
        ("twisted.internet.epollreactor:EPollReactor.doPoll", (1, 1, 1, 1, 1), []),
    ],
    ids=["loop stands", "loop goes round", "loop of a library"],
)
def test_clients_that_are_accepted(
    name: str, futures: tuple[int, ...], expected: list[str]
) -> None:
    """Clients that leave the queue have answers, unless own code keeps the loop all the time."""
    rows = [[replace(OTHER, future=future)] for future in futures]
    process = sampled(*[running(name)] * 5, tasks=rows)
    process.snapshots = [
        replace(one, connections=(client(state="queued"),)) for one in process.snapshots
    ]

    assert [confidence for _, confidence, _ in verdicts(process)] == expected


def test_rest_of_another_loop() -> None:
    """The loop of another library that waits for its events is at rest."""
    rest = thread(
        PID,
        "trio._core._io_epoll:EpollIOManager.get_events",
        "trio._core._run:unrolled_run",
        state="S",
    )

    assert verdicts(sampled(*[rest] * 5, tasks=[[]] * 5)) == []


def test_loop_at_rest() -> None:
    """A loop that waits in its selector is neither blocked nor busy."""
    assert verdicts(sampled(*[thread(PID, *SELECT, *LOOP, loop=1)] * 5)) == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("kombu.asynpool:AsynPool.write",), "possible"), (("kombu.asynpool:X.f", "pack"), "certain")],
)
def test_step_without_own_code(names: tuple[str, ...], expected: str) -> None:
    """A loop that only runs code of libraries may lack CPU: that is never more than possible."""
    (finding,) = found(sampled(*[running(*names)] * 5, tasks=[[]] * 5))

    assert (finding.rule.id, finding.confidence) == ("loop-busy", expected)
