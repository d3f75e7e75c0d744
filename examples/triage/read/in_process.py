"""Asks the process itself."""

import contextlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from examples.triage.before.memory import RACES, _root, ensure_same
from examples.triage.before.model import Frame, GoneError, Process, Task
from examples.triage.read.proc import PROC

ANSWER_SECONDS = 5.0
# Runs inside the target, between two bytecodes of its main thread. It only
# reads, stops after `seconds` or `most` tasks, and swallows its own errors.
QUESTION = """
def ask(path, most, seconds):
    import asyncio, gc, inspect, json, os, sys, threading, time
    end = time.perf_counter() + seconds
    answer = {{"total": 0, "tasks": [], "dead": [], "threads": []}}

    def frame_of(coro):
        for name in ("cr_frame", "gi_frame", "ag_frame"):
            if (frame := getattr(coro, name, None)) is not None:
                return frame

    def unfold(coro):
        chain = []
        while coro is not None and len(chain) < 200:
            chain.append(coro)
            inner = None
            for name in ("cr_await", "gi_yieldfrom", "ag_await"):
                inner = inner or getattr(coro, name, None)
            if inner is None and frame_of(coro) is None:
                # anext() and asend() show only to the garbage collector what they drive.
                for other in gc.get_referents(coro):
                    if inspect.isasyncgen(other) or inspect.iscoroutine(other):
                        inner = other
            coro = inner
        return chain

    def primitive(thing):
        facts = [type(thing).__name__]
        if isinstance(thing, asyncio.Queue):
            facts.append(f"{{thing.qsize()}} of {{thing.maxsize or 'any number of'}} items")
            facts.append(f"{{len(thing._getters)}} getting, {{len(thing._putters)}} putting")
        elif isinstance(thing, (asyncio.Lock, asyncio.Semaphore, asyncio.Event)):
            facts.append(f"{{len(thing._waiters or ())}} waiting")
        else:
            return None
        return ", ".join(facts)

    def describe(task):
        stack, notes, held = [], [], []
        for coro in unfold(task.get_coro()):
            frame = frame_of(coro)
            if frame is None:
                continue
            name = getattr(coro, "__qualname__", frame.f_code.co_qualname)
            stack.append([frame.f_code.co_filename, frame.f_lineno, name])
            # `async with` keeps the bound __aexit__ of its lock in the frame.
            for kept in gc.get_referents(coro):
                lock = getattr(kept, "__self__", None)
                if getattr(kept, "__name__", "") == "__aexit__" and primitive(lock):
                    held.append(lock)
            waits_on = frame.f_locals.get("self")
        last = waits_on if stack and primitive(waits_on) else None
        if last is not None:
            notes.append(f"waits for a {{primitive(last)}}")
        if task.cancelling():
            notes.append(f"cancelled {{task.cancelling()}} times, and still there")
        awaiters = [id(other) for other in task._asyncio_awaited_by or ()]
        row = [id(task), task.get_name(), stack[::-1], awaiters, notes]
        return row, last, held

    try:
        natives = {{thread.ident: thread.native_id for thread in threading.enumerate()}}
        for ident, frame in sys._current_frames().items():
            stack = []
            while frame is not None and len(stack) < 200:
                code = frame.f_code
                stack.append([code.co_filename, frame.f_lineno or 0, code.co_qualname])
                frame = frame.f_back
            if ident != threading.get_ident():
                answer["threads"].append([natives.get(ident, 0), stack])
        loop = asyncio._get_running_loop()
        found = asyncio.all_tasks(loop) if loop else set()
        answer["loop"] = loop is not None
        answer["total"] = len(found)
        owners, rows = {{}}, []
        for task in found:
            if len(rows) >= most or time.perf_counter() > end:
                break
            row, last, held = describe(task)
            rows.append((row, last))
            for lock in held:
                owners.setdefault(id(lock), []).append(row[1])
        for row, last in rows:
            if last is not None and id(last) in owners:
                row[4].append("held by " + ", ".join(owners[id(last)][:5]))
            answer["tasks"].append(row)
        for thing in gc.get_objects():
            if time.perf_counter() > end or len(answer["dead"]) >= 20:
                break
            if isinstance(thing, asyncio.Task) and thing.done() and not thing.cancelled():
                error = thing._exception
                if error is not None and thing._log_traceback:
                    frames, trace = [], error.__traceback__
                    while trace is not None and len(frames) < 200:
                        code = trace.tb_frame.f_code
                        frames.append([code.co_filename, trace.tb_lineno, code.co_qualname])
                        trace = trace.tb_next
                    name = type(error).__name__
                    answer["dead"].append([thing.get_name(), frames[::-1], name])
    except Exception as error:
        answer["error"] = f"{{type(error).__name__}}: {{error}}"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(path + ".part", flags, 0o600), "w") as file:
            json.dump(answer, file)
        os.rename(path + ".part", path)
    except OSError:
        pass  # triage has given up and removed the folder


try:
    ask({path!r}, {most}, {seconds})
finally:
    del ask
"""
ANNOUNCEMENT = """\
--in-process runs a script in PID {pid}.
The script reads tasks, locks and queues for at most 0.3 s, changes nothing, and writes one
private file that triage removes."""
NO_ANSWER = (
    f"it did not run the script within {ANSWER_SECONDS:g} s, since its loop is blocked or has"
    " nothing to do; should it come by later, it prints that the script is missing"
)


def ask(process: Process) -> None:
    """Let the process say what cannot be read from outside, and add that to its record.

    A loop that is blocked, or that has nothing to do, does not come by to run the
    script. It then stays pending, and triage goes on without an answer.
    """
    if process.is_over:
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="triage-"))
    try:
        answer = folder / "answer.json"
        script = folder / "question.py"
        script.write_text(QUESTION.format(path=str(answer), most=5000, seconds=0.3))
        with contextlib.suppress(OSError):
            owner = (PROC / str(process.pid)).stat()
            for path in (script, folder):
                os.chown(path, owner.st_uid, owner.st_gid)
        sys.remote_exec(process.pid, str(script))
        deadline = time.perf_counter() + ANSWER_SECONDS
        while not answer.exists():
            ensure_same(process)
            if time.perf_counter() > deadline:
                process.answer = {"error": NO_ANSWER}
                return
            time.sleep(0.02)
        process.answer = json.loads(answer.read_text(errors="replace"))
    except GoneError as error:
        process.error = error
    except RACES as error:
        process.answer = {"error": str(_root(error))}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _adopt(process)


def _adopt(process: Process) -> None:
    """Let the answer stand in for what could not be read, and add its notes to the rest."""
    for tid, stack in process.answer.get("threads", ()):
        for seen in process.looks[-1:]:
            seen.threads[tid] = tuple(Frame(*frame) for frame in stack)
    said = {}
    for number, name, stack, awaiters, notes in process.answer.get("tasks", ()):
        frames = tuple(Frame(*frame) for frame in stack)
        task = Task(number, name, frames, tuple(awaiters), tuple(notes))
        said[task.key] = task
    # A task made from anext() that could be read by luck has no frames.
    if process.snapshots and all(task.stack for task in process.snapshots[-1].values()):
        last = process.snapshots[-1]
        for key in last.keys() & said.keys():
            task = last[key]
            last[key] = Task(task.id, task.name, task.stack, task.awaiters, said[key].notes)
    elif said:
        process.snapshots = [said]
