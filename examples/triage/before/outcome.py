"""What triage says about one process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from examples.triage.before.case import LOOP_FRAMES, Case, Finding, Rule, inside_callback
from examples.triage.before.group import group, own_frame
from examples.triage.before.judges import loop_seen
from examples.triage.before.memory import MAX_TASKS, is_too_long
from examples.triage.before.model import (
    DeniedError,
    Frame,
    GoneError,
    NotPythonError,
    OtherFilesError,
    OtherPythonError,
    Process,
)
from examples.triage.before.rules import RULES


@dataclass
class Verdict:
    """What triage says about one process.

    Attributes:
        case: what it judged.
        status: findings, healthy, idle, blind, denied, gone or not-python.
        reason: the status in words.
        following: the next step, with its commands on lines of their own; or empty.
        findings: with the rule that found each.

    """

    case: Case
    status: str
    reason: str
    following: str = ""
    findings: list[tuple[Rule, Finding]] = field(default_factory=list)

    @property
    def was_read(self) -> bool:
        """Whether the tasks of a loop were read."""
        return self.status in {"findings", "healthy"} or (
            self.status == "idle" and bool(self.case.latest)
        )


OUTCOMES: dict[type[Exception], tuple[str, str, str]] = {
    GoneError: (
        "gone",
        "there is no such process, or it ended while it was read",
        "look for its successor: run triage without a PID",
    ),
    DeniedError: (
        "denied",
        "the kernel does not let this user read its memory",
        "run triage as the user of the process, or as root with the capability SYS_PTRACE",
    ),
    NotPythonError: (
        "not-python",
        "there is no Python runtime in it",
        "run triage without a PID to list the Python processes",
    ),
}


def judge(process: Process, window: float) -> Verdict:
    """Judge one process by all rules, or say why that cannot be done."""
    case = Case(process, window, group(process.snapshots))
    process.role = final_role(case)
    error = process.error
    if error is not None and type(error) in OUTCOMES:
        return Verdict(case, *OUTCOMES[type(error)])
    if shut_off := inaccessible(process):
        return Verdict(case, "blind", *shut_off)
    findings = [(rule, finding) for rule in RULES for finding in rule.judge(case)]
    blind = next(blindness(case), None)
    if findings:
        return Verdict(case, "findings", *(blind or ("", "")), findings)
    if blind:
        return Verdict(case, "blind", *blind)
    return Verdict(case, *well(case))


def inaccessible(process: Process) -> tuple[str, str] | None:
    """Say why nothing at all can be seen of a process, and what to do about it."""
    pid = process.pid
    if isinstance(process.error, OtherFilesError):
        return str(process.error), (
            "as root, run triage in there with the interpreter of the process\n"
            f"nsenter --target {pid} --mount --pid /proc/{process.main}/exe"
            f" - {process.main} <{sys.argv[0]}"
        )
    if isinstance(process.error, OtherPythonError):
        return str(process.error), (
            f"if /proc/{pid}/exe is another 3.14, run triage with that;"
            f" else py-spy dump --pid {pid} shows its stacks"
        )
    if process.stopped:
        reason = "the process is stopped by a signal, so nothing in it can move"
        return reason, f"kill -CONT {pid}, then run triage again"
    return None


def final_role(case: Case) -> str:
    """Tell a server from its supervisor, now that the loop was seen or not."""
    role = case.process.role
    has_loop = loop_seen(case)
    if role == "uvicorn":
        return "uvicorn server" if has_loop else "uvicorn supervisor"
    if role == "TaskIQ worker" and not has_loop:
        return "other"
    return role


def blindness(case: Case) -> Iterator[tuple[str, str]]:
    """Say why the tasks of a process were not seen, and what to do about it.

    Yields:
        Reason and next step, the best founded first; nothing when they were seen.

    """
    process = case.process
    stacks = [stack for _, stack in case.main_stacks]
    if "error" in process.answer:
        yield f"--in-process got no answer: {process.answer['error']}", ""
    if case.latest:
        return
    if process.looks and not any(stacks):
        yield (
            "a subinterpreter is alive in it, and CPython 3.14 shows only the newest interpreter",
            "look again when the subinterpreter is closed, or ask the service itself",
        )
    if elsewhere := loop_elsewhere(process):
        tid, place = elsewhere
        yield (
            (
                f"its event loop runs in thread {tid}, started in {place.function}, and CPython"
                " 3.14 lists the tasks of the main thread only"
            ),
            f"py-spy dump --pid {process.pid} shows the stack of that thread",
        )
    if process.snapshots:
        return
    in_process = "run triage again with --in-process"
    if is_too_long(process.error):
        yield f"it has more than {MAX_TASKS:,} tasks, too many to list", in_process
    elif sum(map(inside_callback, stacks)) * 2 > len(stacks):
        yield "it changes faster than it can be read", "run triage again with --freeze"
    else:
        yield (
            (
                "its tasks cannot be listed although its loop is at rest: one task is made from"
                " anext(), as in an idle TaskIQ worker"
            ),
            f"{in_process}{ask_redis(process)}",
        )


def loop_elsewhere(process: Process) -> tuple[int, Frame] | None:
    """Find an event loop in another thread than the main one.

    Returns:
        The id of the thread and the place that started the loop.

    """
    for seen in process.looks:
        for tid, stack in seen.threads.items():
            if tid != process.main and any(frame.function in LOOP_FRAMES for frame in stack):
                return tid, own_frame(stack) or stack[-1]
    return None


def well(case: Case) -> tuple[str, str, str]:
    """Tell idle from healthy.

    Returns:
        Status, reason and next step.

    """
    if not case.latest:
        return "idle", "it has no event loop", ""
    quiet = not any(found.moved for found in case.groups)
    if quiet and not any(inside_callback(stack) for _, stack in case.main_stacks):
        following = "if it has work to do, look where that comes from: the broker or the clients"
        if not case.process.answer:
            following += "; if a task of yours is not in the table, --in-process tells how it ended"
        following += ask_redis(case.process)
        return "idle", "every task waits, and each of these waits may be normal", following
    return "healthy", "its tasks move, and no rule speaks", ""


def ask_redis(process: Process) -> str:
    """Say how to see the jobs that no process holds: one that a dead worker took is pending."""
    if process.role != "TaskIQ worker" or process.unclaimed:
        return ""
    question = "; then ask Redis for jobs that nobody works on"
    return f"{question}\npython {sys.argv[0]} --redis $REDIS_URL {process.pid}"
