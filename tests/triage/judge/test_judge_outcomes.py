"""What a process is called when no rule fires, and when nothing could be read."""

import pytest

from examples.triage.model import Problem, Process
from examples.triage.outcome import READY_SAMPLES, judge
from tests.triage.judge.cases import (
    BLOCKING_READ,
    EVENT,
    GET,
    JOB,
    LOCK,
    LOOP,
    PID,
    READ,
    RESTING,
    SELECT,
    SHORT,
    SLEEP,
    STEP,
    many,
    moved,
    outside,
    still,
    task,
    thing,
    thread,
    timeline,
    verdict,
)

POLLER = task("poller", *SLEEP, "poll")


def test_every_task_waits_for_new_work() -> None:
    """A consumer of an empty queue and a timer are idle."""
    result = verdict(POLLER, task("consumer", *GET, "consume"))

    assert (result.status, result.undecided, result.was_read) == ("idle", False, True)
    assert result.reason.startswith("no unit of work is in flight")


def test_timers_alone_do_no_work() -> None:
    """A heartbeat that goes on does not make a service healthy."""
    assert judge(timeline([moved(POLLER)], [POLLER])).status == "idle"


def test_broker_that_is_asked_again_does_no_work() -> None:
    """A consumer whose blocking read returned empty, and began anew, is idle."""
    listener = task("listener", *BLOCKING_READ, "listen")

    assert judge(timeline([moved(listener)], [listener])).status == "idle"


def test_unit_of_work_that_ended() -> None:
    """A request that ended makes it healthy."""
    result = judge(timeline([POLLER, task("request", *READ, "fetch")], [POLLER]))

    assert (result.status, result.reason) == ("healthy", "1 task ended, and no rule fires")


def test_task_that_moved() -> None:
    """Another future at the same place is work, too."""
    consumer = task("consumer", *GET, "consume")

    assert judge(timeline([moved(consumer)], [consumer])).status == "healthy"


@pytest.mark.parametrize(("switches", "status"), [(50, "idle"), (52, "healthy")])
def test_loop_that_turns(switches: int, status: str) -> None:
    """A loop that turns more than 25 times a second does more than run timers."""
    loops = [[thread(PID, *SELECT, *LOOP, loop=1, switches=number * switches)] for number in (0, 1)]

    assert judge(timeline([POLLER], [POLLER], seconds=SHORT, threads=loops)).status == status


@pytest.mark.parametrize(("steps", "status"), [(2, "idle"), (3, "healthy")])
def test_loop_that_is_met_in_its_steps(steps: int, status: str) -> None:
    """A loop that is met in a step three times does more than run a timer now and then."""
    step = thread(PID, "beat", *STEP, state="R", loop=1)
    rest = thread(PID, *SELECT, *LOOP, loop=1)
    moments = [[step]] * steps + [[rest]] * (20 - steps)

    assert judge(timeline(*[[POLLER]] * 20, threads=moments)).status == status


def test_request_under_a_deadline_is_waiting() -> None:
    """A request that stands still is not idle, even where nothing is wrong."""
    tasks = many(6, "request", *READ, "fetch", JOB, deadline=30.0)
    result = verdict(*tasks, connections=[outside()], seconds=SHORT)

    assert (result.status, result.undecided) == ("waiting", True)
    assert result.reason == (
        "6 jobs waited in StreamReader.readline (asyncio) for all 2.0 s; that may be normal"
    )
    assert result.step is not None
    assert result.step.commands == ("{triage} --for 60 {pid}",)


def test_waiting_elsewhere_is_counted() -> None:
    """Those that wait for something else are counted beside the most."""
    tasks = many(2, "job", *READ, "fetch", JOB, deadline=30.0)
    tasks += [task("other", *EVENT, "load", JOB, wants=thing("Event"), deadline=30.0)]
    result = verdict(*tasks, connections=[outside()])

    assert (result.status, result.undecided) == ("waiting", False)
    assert ", and 1 elsewhere; " in result.reason


@pytest.mark.parametrize(("seconds", "undecided"), [(SHORT, True), (10.0, False)])
def test_a_longer_look_decides(seconds: float, *, undecided: bool) -> None:
    """What is only possible after two seconds is worth a longer look."""
    lock = thing("Lock")
    tasks = [task("holder", *READ, "fetch", "quote", JOB, holds=[lock])]
    tasks += many(2, "waiter", *LOCK, "quote", JOB, wants=lock)
    result = verdict(*tasks, seconds=seconds)

    assert (result.status, result.undecided) == ("findings", undecided)


@pytest.mark.parametrize(
    ("state", "cpu", "status"), [("R", 8.0, "busy"), ("R", 7.9, "idle"), ("S", 0.0, "idle")]
)
def test_process_without_a_loop(state: str, cpu: float, status: str) -> None:
    """A program without a loop that computes is busy and not idle."""
    threads = [[thread(PID, "crunch", state=state, cpu=number * cpu)] for number in (0, 1)]
    result = judge(timeline([], [], threads=threads))

    assert (result.status, result.was_read) == (status, False)
    assert "no event loop runs in it" in result.reason
    assert ("it computes in crunch" in result.reason) == (status == "busy")


def test_loop_between_tasks() -> None:
    """A loop without a task is a loop all the same, and its tasks may be of a kind unseen."""
    result = verdict()

    assert "its loop has no task; one that Python code implements" in result.reason
    assert "every task waits" not in result.reason


@pytest.mark.parametrize(("last", "status"), [("R", "busy"), ("S", "idle")])
def test_computing_beside_others_is_busy(last: str, status: str) -> None:
    """On a crowded machine a thread that is always ready to run computes, with little CPU too."""
    states = [*"R" * (READY_SAMPLES - 1), last]
    threads = [
        [thread(PID, "crunch", state=state, cpu=number * 0.1)]
        for number, state in enumerate(states)
    ]
    result = judge(timeline(*[[]] * READY_SAMPLES, threads=threads))

    assert result.status == status


@pytest.mark.parametrize("role", ["other", "gunicorn", "TaskIQ worker"])
def test_service_that_still_imports_is_busy(role: str) -> None:
    """A service that computes before it has a loop is busy, and the line of its module is named."""
    stack = ["table", "<module>:3", "importlib._bootstrap:_call_with_frames_removed"]
    threads = [[thread(PID, *stack, state="R", cpu=number * 10.0)] for number in (0, 1)]
    process = timeline([], [], threads=threads)
    process.role = role
    result = judge(process)

    assert result.status == "busy"
    assert "no event loop runs in it, and it computes in table, at 100%" in result.reason


@pytest.mark.parametrize("kind", ["gone", "denied", "not-python"])
def test_process_that_cannot_be_read(kind: str) -> None:
    """The status is the kind of the problem, and its text the reason."""
    process = Process(PID, PID, 1, "other", "", problem=Problem(kind, "the very reason"))
    result = judge(process)

    assert (result.status, result.reason, result.was_read) == (kind, "the very reason", False)
    assert result.step is not None
    process.problem = Problem(kind, "")
    assert judge(process).reason


@pytest.mark.parametrize(
    "kind", ["other-python", "other-files", "unreadable", "traced", "internal"]
)
def test_process_that_hides_its_tasks(kind: str) -> None:
    """Where tasks cannot be read the outcome is blind, and the next step is another way."""
    process = Process(PID, PID, 1, "other", "", problem=Problem(kind, "the very reason"))
    result = judge(process)

    assert (result.status, result.reason) == ("blind", "the very reason")
    assert result.step is not None


def test_problem_after_good_samples() -> None:
    """What was read before something went wrong is judged."""
    lock = thing("Lock")
    process = still(task("a", *LOCK, "b", wants=lock, holds=[lock]))
    process.problem = Problem("internal", "something went wrong")

    assert judge(process).status == "findings"


@pytest.mark.parametrize("who", ["signal", "debugger"])
def test_stopped_process(who: str) -> None:
    """In a process that is stopped nothing can move."""
    result = verdict(POLLER, stopped=who)

    assert result.status == "blind"
    assert result.step is not None
    assert ("kill -CONT {pid}" in result.step.commands) == (who == "signal")


def test_in_process_that_got_no_answer() -> None:
    """A script that did not run takes nothing from what was read from outside."""
    result = verdict(POLLER, answer={"error": "its loop is blocked"})

    assert result.status == "idle"
    assert result.reason.endswith("; --in-process got no answer: its loop is blocked")


@pytest.mark.parametrize(
    ("role", "with_loop", "without"),
    [
        ("uvicorn", "uvicorn server", "uvicorn supervisor"),
        ("TaskIQ worker", "TaskIQ worker", "other"),
        ("other", "other", "other"),
    ],
)
def test_role(role: str, with_loop: str, without: str) -> None:
    """A server has a loop, and its supervisor has none."""
    process = still(POLLER)
    process.role = role
    assert judge(process).role == with_loop
    supervisor = still(threads=[[thread(PID, "join")]])
    supervisor.role = role
    assert judge(supervisor).role == without


def test_worker_at_rest() -> None:
    """An idle worker may ask Redis for jobs that no process holds."""
    process = still(POLLER, threads=[[RESTING]])
    process.role = "TaskIQ worker"
    step = judge(process).step

    assert step is not None
    assert step.commands[-1] == "{triage} --redis $REDIS_URL {pid}"


def test_order_of_findings() -> None:
    """The most certain finding comes first."""
    lock = thing("Lock")
    tasks = [task("a", *LOCK, "b", wants=lock, holds=[lock])]
    tasks += many(1, "request", *READ, "fetch", JOB)
    result = verdict(*tasks, connections=[outside()])

    assert [finding.confidence for finding in result.findings] == ["certain", "possible"]
