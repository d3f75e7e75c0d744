"""What was read, as a file that can be judged later and anywhere.

A capture holds names and places: of tasks, functions, files, types, hosts and streams. It holds no
value of the target, and of a command line only what names the program and the application.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
from collections.abc import Sequence
from typing import Any

from examples.triage.model import (
    Child,
    Connection,
    Entry,
    Frame,
    Held,
    Object,
    Problem,
    Process,
    Snapshot,
    Stack,
    Task,
    Thread,
    ThreadSample,
)

CAPTURE = "triage capture"
CAPTURE_SCHEMA = 1
LARGEST_CAPTURE = 1 << 30
# What names the program or the application: python, -m, a module, a script, an app, a word.
NAMING = re.compile(
    r"^(?:-m|-c|-|[\w./+-]*python[\d.]*t?|[\w./-]+\.py[zw]?|[A-Za-z_][\w.]*(?::[\w.]+)?)$"
)
MOST_WORDS = 6


class CaptureError(Exception):
    """A file is no capture, or cannot be read or written; the text says why."""


def save(path: pathlib.Path, processes: Sequence[Process], *, taken: str) -> None:
    """Write a capture into a new file that only this user may read.

    Args:
        path: the file; it must not exist.
        processes: what was read.
        taken: when, in ISO 8601.

    Raises:
        CaptureError: when it exists, or cannot be written.

    """
    frames: dict[Frame, int] = {}
    rows = [_process_row(process, frames) for process in processes]
    data = {
        "kind": CAPTURE,
        "schema": CAPTURE_SCHEMA,
        "taken": taken,
        "processes": rows,
        "frames": [list(frame) for frame in frames],
    }
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            json.dump(data, file)
    except FileExistsError as error:
        raise CaptureError(f"{path} exists already") from error
    except OSError as error:
        raise CaptureError(f"{path} cannot be written: {error.strerror}") from error


def load(path: pathlib.Path) -> list[Process]:
    """Read a capture.

    Raises:
        CaptureError: when the file is none.

    """
    try:
        with path.open(errors="strict") as file:
            text = file.read(LARGEST_CAPTURE)
    except OSError as error:
        raise CaptureError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise CaptureError(f"{path} is no capture of triage") from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CaptureError(f"{path} is no capture of triage: {error}") from error
    if not isinstance(data, dict) or data.get("kind") != CAPTURE:
        raise CaptureError(f"{path} is no capture of triage")
    if data.get("schema") != CAPTURE_SCHEMA:
        raise CaptureError(f"{path} has the form {data.get('schema')}, not {CAPTURE_SCHEMA}")
    try:
        frames = [Frame(*row) for row in data["frames"]]
        return [_process(row, frames) for row in data["processes"]]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise CaptureError(f"{path} is damaged: {type(error).__name__}: {error}") from error


def naming(command: str) -> str:
    """Keep of a command line what names the program and the application: values may be secret."""
    words = command.split(" ")
    kept = [word for word in words[:MOST_WORDS] if NAMING.match(word)]
    # The word after an option may be its value.
    for before, word in zip(words, words[1:]):  # newer than 3.9
        if before.startswith("-") and before not in {"-m", "-"} and word in kept:
            kept.remove(word)
    return " ".join(kept) + (" ..." if len(kept) < len(words) else "")


def _process_row(process: Process, frames: dict[Frame, int]) -> dict[str, Any]:
    row = {
        field.name: getattr(process, field.name)
        for field in dataclasses.fields(process)
        if field.name not in {"snapshots", "samples"}
    }
    row["command"] = naming(process.command)
    row["snapshots"] = [_snapshot_row(one, frames) for one in process.snapshots]
    row["samples"] = [[one.time, _thread_rows(one.threads, frames)] for one in process.samples]
    return row


def _snapshot_row(snapshot: Snapshot, frames: dict[Frame, int]) -> dict[str, Any]:
    return {
        "time": snapshot.time,
        "tasks": [_row(task, frames) for task in snapshot.tasks.values()],
        "threads": _thread_rows(snapshot.threads, frames),
        "connections": snapshot.connections,
        "hidden_clients": snapshot.hidden_clients,
        "children": [
            child._replace(command=naming(child.command), stack=_numbers(child.stack, frames))
            for child in snapshot.children
        ],
        "descriptors": snapshot.descriptors,
        "sources": snapshot.sources,
        "missed": snapshot.missed,
        "readable": snapshot.readable,
    }


def _thread_rows(threads: dict[int, Thread], frames: dict[Frame, int]) -> list[dict[str, Any]]:
    return [_row(thread, frames) for thread in threads.values()]


def _row(thing: Task | Thread, frames: dict[Frame, int]) -> dict[str, Any]:
    """Give the fields that differ from what they are by default."""
    row = {
        field.name: getattr(thing, field.name)
        for field in dataclasses.fields(thing)
        if getattr(thing, field.name) != field.default
    }
    row["stack"] = _numbers(thing.stack, frames)
    return row


def _numbers(stack: Stack, frames: dict[Frame, int]) -> Any:
    return [frames.setdefault(frame, len(frames)) for frame in stack]


def _process(row: dict[str, Any], frames: list[Frame]) -> Process:
    known = {field.name for field in dataclasses.fields(Process)}
    process = Process(**{name: value for name, value in row.items() if name in known})
    process.problem = Problem(*row["problem"]) if row["problem"] else None
    process.unclaimed = [Entry(*entry) for entry in row["unclaimed"]]
    process.snapshots = [_snapshot(one, frames) for one in row["snapshots"]]
    process.samples = [ThreadSample(when, _threads(rows, frames)) for when, rows in row["samples"]]
    return process


def _snapshot(row: dict[str, Any], frames: list[Frame]) -> Snapshot:
    tasks = [Task(**_fields(one, frames)) for one in row["tasks"]]
    return Snapshot(
        row["time"],
        {task.key: task for task in tasks},
        _threads(row["threads"], frames),
        tuple(Connection(*one) for one in row["connections"]),
        row["hidden_clients"],
        tuple(_child(one, frames) for one in row["children"]),
        row["descriptors"],
        row.get("sources", 1),  # an older capture has not looked
        row["missed"],
        row["readable"],
    )


def _child(row: list[Any], frames: list[Frame]) -> Child:
    return Child(*row)._replace(stack=_stack(row[Child._fields.index("stack")], frames))


def _threads(rows: list[dict[str, Any]], frames: list[Frame]) -> dict[int, Thread]:
    return {row["id"]: Thread(**_fields(row, frames)) for row in rows}


def _fields(row: dict[str, Any], frames: list[Frame]) -> dict[str, Any]:
    """Turn the lists of JSON back into what they were."""
    found = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    found["stack"] = _stack(row["stack"], frames)
    if "selves" in row:
        found["selves"] = tuple(one and Object(*one) for one in row["selves"])
    if "held" in row:
        found["held"] = tuple(Held(Object(*one[0]), *one[1:]) for one in row["held"])
    return found


def _stack(numbers: list[int], frames: list[Frame]) -> Stack:
    return tuple(frames[number] for number in numbers)
