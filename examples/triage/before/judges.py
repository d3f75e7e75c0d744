"""What each rule looks for."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from examples.triage.before.case import (
    LOOP_FRAMES,
    MEANT_TO_WAIT,
    REQUEST_ROOTS,
    SESSION_ROOTS,
    Case,
    Finding,
    counted,
    find_cycle,
    in_all,
    inside_callback,
    most_common_place,
    other_threads_load,
)
from examples.triage.before.group import own_frame
from examples.triage.before.memory import MAX_TASKS, is_too_long
from examples.triage.before.model import NOWHERE, Frame, Task, UnreadableError

MANY = 1_000  # tasks at one place that are more than a service starts on purpose


def loop_blocked(case: Case) -> Iterator[Finding]:
    """Find a blocking call in the event loop."""
    looks = case.loop_stacks
    asleep = [stack for state, stack in looks if state in "SD" and inside_callback(stack)]
    place, times = most_common_place(asleep)
    share = times / max(len(looks), 1)
    # With busy threads beside it, the main thread may sleep for its turn with the GIL.
    if times < 3 or share < 0.25 or other_threads_load(case) > 0.5:
        return
    evidence = [
        f"the main thread slept inside {place.function} in {times} of {len(looks)} looks",
        "the loop serves nobody while it does",
    ]
    deepest = next(stack[0] for stack in reversed(asleep) if place in (own_frame(stack), stack[0]))
    if deepest != place:
        evidence.append(f"the call went as far as {deepest.function}, which does not give way")
    yield Finding(place, 1, "certain" if share >= 0.9 else "likely", evidence)


def loop_busy(case: Case) -> Iterator[Finding]:
    """Find computation that keeps the event loop."""
    looks = case.loop_stacks
    running = [stack for state, stack in looks if state == "R" and inside_callback(stack)]
    place, times = most_common_place(running)
    share = times / max(len(looks), 1)
    still = sum(a == b for a, b in itertools.pairwise(case.process.snapshots))
    if times < 3 or share < 0.8 or (case.samples and not still):
        return
    evidence = [
        f"the main thread computed inside this function in {times} of {len(looks)} looks",
        f"no task came, went or moved between {still + 1} samples" if still else "",
    ]
    yield Finding(place, 1, "certain" if share >= 0.95 and still else "likely", evidence)


def await_cycle(case: Case) -> Iterator[Finding]:
    """Find tasks that wait for each other in a circle."""
    cycle = find_cycle(case.latest.values())
    if cycle and all(task.key in old for old in case.process.snapshots for task in cycle):
        stacks = [task.stack for task in cycle if own_frame(task.stack)]
        place = own_frame(stacks[0]) if stacks else None
        names = " -> ".join([*(task.name for task in cycle), cycle[0].name])
        evidence = [f"each awaits the next: {names}", case.during("the circle was there")]
        yield Finding(place or NOWHERE, len(cycle), "certain", evidence)


def lock_queue(case: Case) -> Iterator[Finding]:
    """Find a lock or a semaphore that many wait for and few get."""
    for found in case.of_kind("lock", "semaphore", "condition"):
        lasting = len(found.held) >= 2 or (found.held and min(found.counts) >= 3)
        if case.samples < 2 or not lasting or not found.place.is_yours:
            continue
        holders = [
            task
            for task in case.latest.values()
            if task.key not in {waiter.key for waiter in found.tasks}
            and any(
                (frame.file, frame.function) == (found.place.file, found.place.function)
                for frame in task.stack
            )
        ]
        stuck = [task for task in holders if in_all(case, task)]
        # A semaphore is often meant to hold the rest back, and then its holders move.
        if found.kind != "lock" and (found.moved or not stuck):
            continue
        evidence = [case.during(f"{len(found.held)} tasks waited for the same {found.kind}")]
        if holders:
            inner = own_frame(holders[0].stack) or found.place
            evidence.append(
                f"{holders[0].name} is past it, and waits in {holders[0].stack[0].function}"
                f" at line {inner.line} of {inner.function}"
            )
        yield Finding(found.place, found.counts[-1], "likely" if holders else "possible", evidence)


def pool_empty(case: Case) -> Iterator[Finding]:
    """Find a connection pool that gives nothing back."""
    for found in case.of_kind("pool"):
        if found.held and case.samples > 1:
            evidence = [case.during(f"{len(found.held)} tasks waited for a connection of the pool")]
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def threads_taken(case: Case) -> Iterator[Finding]:
    """Find sync functions that hold every thread of the pool."""
    waiting = case.of_kind("thread-slot")
    held = [task for found in waiting for task in found.held]
    if held and case.samples > 1:
        last = case.process.looks[-1]
        stacks = [stack for tid, stack in last.threads.items() if tid != case.process.main]
        place, times = most_common_place(stacks)
        inside = sum(found.counts[-1] for found in case.of_kind("thread"))
        evidence = [
            case.during(f"{counted(len(held), 'task')} waited for a free worker thread"),
            f"{counted(inside, 'task')} hold a thread; {times} of these run {place.function}",
        ]
        if not place.is_yours:
            evidence.append("the rest of the stack could not be read; --in-process shows it")
        count = sum(found.counts[-1] for found in waiting)
        yield Finding(place, count, "likely", evidence)


def slots_taken(case: Case) -> Iterator[Finding]:
    """Find jobs that hold every slot of a TaskIQ worker."""
    gate = [task for found in case.of_kind("slot") for task in found.held]
    jobs = [task for task in case.latest.values() if task.passes("Receiver.run_task")]
    if gate and jobs and all(in_all(case, job) for job in jobs) and case.samples > 1:
        place, times = most_common_place(job.stack for job in jobs)
        evidence = [
            case.during("the worker waited for a free slot before it takes the next message"),
            case.during(f"none of its {len(jobs)} jobs moved"),
        ]
        yield Finding(place, times, "likely", evidence)


def queue_full(case: Case) -> Iterator[Finding]:
    """Find a producer before a full queue that nobody empties."""
    yours = [found for found in case.groups if found.place.is_yours]
    if case.samples < 2 or any(found.moved for found in yours):
        return
    for found in case.of_kind("put"):
        if found.held and found.place.is_yours:
            evidence = [
                case.during(f"{len(found.held)} tasks waited to put into a full queue"),
                "no task of your code moved meanwhile, so nobody takes from it",
            ]
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def slow_client(case: Case) -> Iterator[Finding]:
    """Find a broadcaster that waits for one slow client."""
    for found in case.of_kind("send"):
        shared = [task for task in found.held if not case.is_below(task, SESSION_ROOTS)]
        if shared and case.samples > 1:
            evidence = [
                case.during(f"{shared[0].name} waited until one client takes its data"),
                "it is not the task of that client's own session, so other clients wait behind it",
            ]
            yield Finding(found.place, len(shared), "likely", evidence)


def stuck_read(case: Case) -> Iterator[Finding]:
    """Find requests that wait for an answer from outside, for the whole window."""
    if case.samples < 2 or not all(sockets.outbound for sockets in case.process.sockets):
        return
    kept = frozenset.intersection(*(sockets.outbound for sockets in case.process.sockets))
    for found in case.of_kind("read"):
        stuck = [
            task
            for task in found.held
            if case.is_below(task, REQUEST_ROOTS)
            and not any(MEANT_TO_WAIT.search(frame.function) for frame in task.stack)
        ]
        if stuck and kept:
            evidence = [
                case.during(f"{counted(len(stuck), 'request')} waited in the same read"),
                f"{counted(len(kept), 'connection')} to the outside stayed open all the time",
                "no deadline has ended the wait so far",
            ]
            confidence = "likely" if len(stuck) > 1 else "possible"
            yield Finding(found.place, len(stuck), confidence, evidence)


def shutdown_waits(case: Case) -> Iterator[Finding]:
    """Find what a shutdown waits for."""
    waiting = [task for found in case.of_kind("shutdown") for task in found.held]
    stacks = [stack for _, stack in case.main_stacks]
    cancelled = stacks and all(
        any(frame.function == "_cancel_all_tasks" for frame in stack) for stack in stacks
    )
    if case.samples < 2 or not (waiting or cancelled):
        return
    left = [task for found in case.groups if found.place.is_yours for task in found.held]
    place, times = most_common_place(task.stack for task in left)
    if cancelled:
        evidence = [
            "asyncio.run() has cancelled every task and waits for them to end",
            case.during(f"{counted(len(left), 'task')} were still there"),
        ]
        yield Finding(place, times, "certain", evidence)
    elif left:
        evidence = [
            case.during("uvicorn was in its shutdown and waited for its tasks to complete"),
            case.during(f"{counted(len(left), 'task')} of your code did not move"),
        ]
        yield Finding(place, times, "likely", evidence)


def clients_gone(case: Case) -> Iterator[Finding]:
    """Find handlers whose client has left."""
    roots = REQUEST_ROOTS + SESSION_ROOTS
    counts = [len(s.inbound) for s in case.process.sockets if s.inbound is not None]
    if case.samples < 2 or len(counts) < len(case.process.sockets):
        return
    held = [
        task
        for found in case.groups
        for task in found.held
        if task.stack and task.stack[-1].function in roots
    ]
    excess = len(held) - max(counts, default=0)
    if excess > 0:
        place, _ = most_common_place(task.stack for task in held if own_frame(task.stack))
        if place is not NOWHERE:
            evidence = [
                case.during(f"{counted(len(held), 'handler')} did not move"),
                (
                    f"the process had at most {counted(max(counts), 'open connection')} from"
                    f" clients, so at least {excess} of the handlers had none"
                ),
            ]
            yield Finding(place, excess, "likely", evidence)


def orphans(case: Case) -> Iterator[Finding]:
    """Find tasks of your own that outlive what they were made for."""
    clients = [len(s.inbound) for s in case.process.sockets if s.inbound is not None]
    if not clients or len(clients) < len(case.process.sockets) or case.samples < 2:
        return
    by_origin: dict[tuple[str, str], list[Task]] = defaultdict(list)
    kept = set.intersection(*(set(old) for old in case.process.snapshots))
    for key in kept:
        task = case.latest[key]
        if not task.awaiters and task.stack and task.stack[-1].is_yours:
            by_origin[task.stack[-1].file, task.stack[-1].function].append(task)
    for tasks in by_origin.values():
        numbers = sorted(
            int(number[1]) for task in tasks if (number := re.fullmatch(r"Task-(\d+)", task.name))
        )
        gaps = sum(b - a > 1 for a, b in itertools.pairwise(numbers))
        if len(numbers) - max(clients) >= 3 and gaps >= 2:
            place, _ = most_common_place(task.stack for task in tasks)
            evidence = [
                case.during(
                    f"{counted(len(tasks), 'task')} of this kind were there, awaited by no task"
                ),
                f"the process had at most {counted(max(clients), 'open connection')} from clients",
                (
                    f"their numbers, Task-{numbers[0]} to Task-{numbers[-1]}, have {gaps} gaps, so"
                    " they were started one by one and not as a set"
                ),
            ]
            yield Finding(place, len(tasks), "likely", evidence)


def runaway(case: Case) -> Iterator[Finding]:
    """Find a number of tasks that goes up and up."""
    if not case.process.snapshots and is_too_long(case.process.error):
        stacks = [stack for _, stack in case.main_stacks if inside_callback(stack)]
        place, _ = most_common_place(stacks)
        evidence = [f"there are more tasks than the {MAX_TASKS:,} that CPython 3.14 can list"]
        yield Finding(place, MAX_TASKS + 1, "likely", evidence)
    for found in case.groups:
        steps = [b - a for a, b in itertools.pairwise(found.counts)]
        grows = bool(steps) and all(step > 0 for step in steps)
        started = [task for task in found.held if task.stack and task.stack[-1].is_yours]
        evidence = []
        if grows and found.delta >= 50 and len(steps) > 1:
            counts = ", ".join(map(str, found.counts))
            evidence.append(f"the count went up in every sample: {counts}")
        if len(started) >= MANY and case.samples > 1:
            evidence.append(
                case.during(f"{counted(len(started), 'task')} that your code started waited")
            )
        if evidence and found.place.is_yours:
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def dead_task(case: Case) -> Iterator[Finding]:
    """Find a task that died and whose error nobody has seen."""
    for name, stack, error in case.process.answer.get("dead", ()):
        frames = tuple(Frame(*frame) for frame in stack)
        evidence = [f"{name} ended with {error}, and nobody has asked for its result"]
        yield Finding(own_frame(frames) or (frames or (NOWHERE,))[0], 1, "certain", evidence)


def cancel_ignored(case: Case) -> Iterator[Finding]:
    """Find tasks that were cancelled and live on."""
    for found in case.groups:
        ignored = [task for task in found.tasks if any("cancelled" in note for note in task.notes)]
        if ignored and found.place.is_yours and all(in_all(case, task) for task in ignored):
            evidence = [f"{counted(len(ignored), 'task')} were cancelled, and still wait here"]
            yield Finding(found.place, len(ignored), "certain", evidence)


def unclaimed(case: Case) -> Iterator[Finding]:
    """Find jobs that were taken before the worker started, and that nobody took over."""
    if not loop_seen(case):
        return
    jobs = Counter((entry.stream, entry.group, entry.job) for entry in case.process.unclaimed)
    for (stream, group, job), number in jobs.items():
        place = Frame(f"stream {stream}", 0, job.rpartition(":")[2] or f"group {group}")
        evidence = [
            f"{counted(number, 'job')} of group {group}, taken before this process started",
            "nobody has acknowledged or taken over any while triage looked",
        ]
        yield Finding(place, number, "likely", evidence)


def loop_seen(case: Case) -> bool:
    """Whether an event loop runs in the main thread."""
    hidden = isinstance(case.process.error, UnreadableError) and not case.process.snapshots
    return (
        bool(case.latest)
        or hidden
        or any(frame.function in LOOP_FRAMES for _, stack in case.main_stacks for frame in stack)
    )
