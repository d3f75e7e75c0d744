"""The verdict on one process: what it is, what was found, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from examples.triage.case import CERTAIN, LIKELY, POSSIBLE, Case
from examples.triage.group import Group
from examples.triage.growth import Growth, compare
from examples.triage.loops import Loop, busiest_thread, loops_of
from examples.triage.model import Process, Task
from examples.triage.rules.register import RULES
from examples.triage.rules.rule import Finding
from examples.triage.waits.index import is_idle
from examples.triage.waits.kinds import READ, TIMER
from examples.triage.wording import counted

TURNS = 25.0  # times a second that a loop gives up the CPU: uvicorn's own timer does so 10 times
STEPS = 3  # samples inside a step of the loop: a timer is met in one by chance
STREAMS = "asyncio.streams"  # a read from the network, below the wait for new work
READY_SAMPLES = 8  # a thread that rests now and then is not met running in all of them
BUSY_LOAD = 0.8  # CPU seconds a second
CONFIDENCES = (CERTAIN, LIKELY, POSSIBLE)


class Step(NamedTuple):
    """What to do next.

    Attributes:
        sentence: in words, without a full stop.
        commands: templates: ``{triage}`` stands for the way triage was started, ``{pid}`` for
            the process.

    """

    sentence: str
    commands: tuple[str, ...] = ()


@dataclass
class Verdict:
    """What triage says about one process.

    Attributes:
        process: what was read.
        role: what it is, now that its loop was seen or not.
        status: findings, waiting, healthy, busy, idle, blind, denied, gone or not-python.
        reason: the status in words, without a full stop; may be empty.
        step: the next step, or None.
        findings: the most certain first.
        groups: its tasks, for the table.
        window: seconds from the first to the last snapshot.
        samples: snapshots that could be read.
        undecided: whether a longer look would decide.
        growth: what has become more since an earlier capture.

    """

    process: Process
    role: str
    status: str
    reason: str = ""
    step: Step | None = None
    findings: list[Finding] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    window: float = 0.0
    samples: int = 0
    undecided: bool = False
    growth: tuple[Growth, ...] = ()

    @property
    def was_read(self) -> bool:
        """Whether the tasks of a loop were read."""
        return self.status in {"findings", "waiting", "healthy"} or (
            self.status == "idle" and bool(self.groups)
        )


OUTCOMES = {
    "gone": (
        "there is no such process, or it ended while it was read",
        Step("look for its successor", ("{triage}",)),
    ),
    "denied": (
        "the kernel does not let this user read its memory",
        Step("run triage as the user of the process, or as root with the capability SYS_PTRACE"),
    ),
    "not-python": (
        "there is no Python runtime in it",
        Step("list the Python processes", ("{triage}",)),
    ),
}
STOPPED = {
    "signal": (
        "the process is stopped by a signal, so nothing in it can move",
        Step("resume it, then run triage again", ("kill -CONT {pid}", "{triage} {pid}")),
    ),
    "debugger": (
        "a debugger holds the process, so nothing in it can move",
        Step("see who holds it; resume it there", ("grep TracerPid /proc/{pid}/status",)),
    ),
}
UNREADABLE = {
    "other-python": Step("read its stacks with another tool", ("py-spy dump --pid {pid}",)),
    "other-files": Step(
        "run triage in there with the interpreter of the process, as root",
        ("nsenter --target {pid} --mount --pid /proc/{main}/exe - {main} < {file}",),
    ),
    "traced": STOPPED["debugger"][1],
    "internal": Step("run triage again, and report this if it happens again"),
    "unreadable": Step("stop it for each read", ("{triage} --freeze {pid}",)),
}


def judge(process: Process, before: Process | None = None) -> Verdict:
    """Judge one process by all rules, or say why that cannot be done.

    Args:
        process: what was read.
        before: an earlier capture of the same process.

    Raises:
        ValueError: when `before` is of another process, or later.

    """
    case = Case(process, before)
    loops = loops_of(case)
    growth = compare(before, process) if before else ()
    verdict = Verdict(
        process,
        final_role(case, loops),
        "",
        groups=case.groups,
        window=case.window,
        samples=case.samples,
        growth=growth,
    )
    if process.problem and (kind := process.problem.kind) in OUTCOMES:
        verdict.status = kind
        verdict.reason, verdict.step = OUTCOMES[kind]
        verdict.reason = process.problem.text or verdict.reason
    elif process.stopped in STOPPED:
        verdict.status = "blind"
        verdict.reason, verdict.step = STOPPED[process.stopped]
    else:
        _decide(case, loops, verdict)
    return verdict


def _decide(case: Case, loops: list[Loop], verdict: Verdict) -> None:
    verdict.findings = findings_of(case)
    if verdict.findings:
        verdict.status = "findings"
        case.undecided |= any(finding.confidence == POSSIBLE for finding in verdict.findings)
    elif (problem := case.process.problem) is not None and not case.latest:
        verdict.status, verdict.reason = "blind", problem.text
        verdict.step = UNREADABLE.get(problem.kind)
    elif case.waiting_tasks:
        verdict.status, verdict.reason, verdict.step = waiting_words(case)
        case.undecided = True
    else:
        verdict.status, verdict.reason, verdict.step = without_fault(case, loops)
    verdict.undecided = case.undecided and not case.long
    if "error" in case.process.answer:
        unanswered = f"--in-process got no answer: {case.process.answer['error']}"
        verdict.reason = f"{verdict.reason}; {unanswered}" if verdict.reason else unanswered


def findings_of(case: Case) -> list[Finding]:
    """Ask every rule in turn, and let each leave alone what an earlier one explains."""
    found: list[Finding] = []
    for rule in RULES:
        for finding in rule().judge(case):
            found.append(finding)
            case.explained |= finding.members
    return sorted(found, key=lambda finding: CONFIDENCES.index(finding.confidence))


def final_role(case: Case, loops: list[Loop]) -> str:
    """Tell a server from its supervisor, now that its loop was seen or not."""
    role = case.process.role
    has_one = bool(case.latest or loops)
    if role == "uvicorn":
        return "uvicorn server" if has_one else "uvicorn supervisor"
    if role == "TaskIQ worker" and not has_one:
        return "other"
    return role


def waiting_words(case: Case) -> tuple[str, str, Step]:
    """Say which units of work stand still, when that proves nothing yet."""
    tasks = case.waiting_tasks
    first = case.waiting(tasks[0])
    alike = [task for task in tasks if case.waiting(task).label == first.label]
    library = f" ({first.module.partition('.')[0]})" if first.module else ""
    what = f"{first.function}{library}" if first.function else first.noun
    units = counted(len(alike), case.unit(tasks[0]) or "task")
    reason = case.throughout(f"{units} waited in {what}")
    more = len(tasks) - len(alike)
    others = f", and {more:,} elsewhere" if more else ""
    reason = f"{reason}{others}; that may be normal"
    sentence = "look again for longer: what is still at the same place then is stuck"
    return "waiting", reason, Step(sentence, ("{triage} --for 60 {pid}",))


def without_fault(case: Case, loops: list[Loop]) -> tuple[str, str, Step | None]:
    """Tell healthy, busy and idle apart."""
    if not case.latest and not loops:
        return without_loop(case)
    if movement := moves(case, loops):
        return "healthy", f"{movement}, and no rule fires", None
    sentence = "if it has work to do, look where that comes from: the broker or the clients"
    commands: tuple[str, ...] = ()
    if not case.process.answer:
        sentence += "; if a task of yours is not in the table, --in-process tells how it ended"
        commands += ("{triage} --in-process {pid}",)
    if case.process.role == "TaskIQ worker" and not case.process.unclaimed:
        sentence += "; Redis knows of jobs that nobody works on"
        commands += ("{triage} --redis $REDIS_URL {pid}",)
    tasks = "every task waits, and each of these waits is normal"
    if not case.latest:
        tasks = (
            "its loop has no task; one that Python code implements, as nest_asyncio's, is not seen"
        )
    reason = f"no unit of work is in flight: {tasks}"
    return "idle", reason, Step(sentence, commands)


def without_loop(case: Case) -> tuple[str, str, Step | None]:
    """Say what a process without an event loop does."""
    thread, load = busiest_thread(case)
    states = [one.state for one in case.thread_history(thread.id)] if thread else []
    # Where others want the CPU as well, it gets less, but it is ready to run all the time.
    ready = len(states) >= READY_SAMPLES and set(states) == {"R"}
    if thread is None or (load < BUSY_LOAD and not ready):
        return "idle", "no event loop runs in it", None
    place = next((frame for frame in thread.stack if frame.own), None)
    inner = place or (thread.stack[0] if thread.stack else None)
    where = f" in {inner.function}" if inner else ""
    reason = f"no event loop runs in it, and it computes{where}, at {load:.0%} of a core"
    return "busy", reason, Step("a profiler shows more", ("py-spy top --pid {pid}",))


def moves(case: Case, loops: list[Loop]) -> str:
    """Say what moves, in words; empty when nothing does but timers."""
    sets = [set(snapshot.tasks) for snapshot in case.snapshots]
    ended = len(set().union(*sets) - sets[-1]) if sets else 0
    if ended:
        return f"{counted(ended, 'task')} ended"
    moving = [
        task
        for key, task in case.latest.items()
        if key not in case.grouping.standing and not _turns_idly(case, task)
    ]
    if moving and case.samples > 1:
        return f"{counted(len(moving), 'task')} moved"
    if any(loop.in_step >= STEPS for loop in loops) or any(
        case.switches(loop.thread) > TURNS for loop in loops
    ):
        return "its loop turns"
    return ""


def _turns_idly(case: Case, task: Task) -> bool:
    """Whether a task moves without work: a timer, or one that asks a broker again and again."""
    waiting = case.waiting(task)
    asks_again = waiting.new_work and (
        waiting.family == READ or any(frame.module == STREAMS for frame in task.stack[:2])
    )
    return waiting.family == TIMER or asks_again or is_idle(task.stack)
