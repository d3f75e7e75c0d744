"""The part that a process plays, by what it runs itself: never by the words of an ancestor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from examples.triage.model import Stack
from examples.triage.read.origin import started

# Modules on a stack that only such a process runs; the first entry that fits decides.
RUNNING = (
    ("taskiq.cli.worker.run", "TaskIQ worker"),
    ("taskiq.receiver", "TaskIQ worker"),
    ("uvicorn.server", "uvicorn"),
    ("uvicorn.workers", "uvicorn"),
    ("hypercorn.", "hypercorn"),
    ("granian.", "granian"),
    ("gunicorn.workers", "gunicorn worker"),
    ("gunicorn.arbiter", "gunicorn"),
    ("celery.", "celery"),
    ("arq.", "arq worker"),
)


def role_of(arguments: Sequence[str], stacks: Iterable[Stack]) -> str:
    """Name the part that a process plays.

    Args:
        arguments: its own command line.
        stacks: of its main thread and its tasks.

    """
    modules = {frame.module for stack in stacks for frame in stack}
    for prefix, role in RUNNING:
        if any(module.startswith(prefix) for module in modules):
            return role
    run = started(arguments)
    program = re.sub(r"\.py$", "", run.script.rpartition("/")[2]) or run.module
    if program == "uvicorn":
        return "uvicorn"
    if program == "taskiq" and "worker" in run.rest:
        return "TaskIQ manager"
    return "other"
