"""Start an example as a reader does, and wait until it says READY."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.transcripts import ROOT

READY = re.compile(r"READY pid=(\d+)(?: url=(\S+))?(?: redis=(\S+))?(?: database=(\S+))?")


@dataclass(frozen=True)
class Target:
    """A script that has come into the state to look at.

    Attributes:
        pid: the process to inspect.
        url: where it answers HTTP; empty when it does not.
        redis_url: the Redis that it uses; empty when it uses none.
        database_url: the PostgreSQL that it uses; empty when it uses none.
        printed: what the repro printed.
        repro: the script itself.

    """

    pid: int
    url: str
    redis_url: str
    database_url: str
    printed: str
    repro: subprocess.Popen[str]


@contextlib.contextmanager
def started(
    script: str, *flags: str, seconds: float = 300, env: Mapping[str, str] | None = None
) -> Iterator[Target]:
    """Run a script of the examples until it is READY, and end it with Ctrl-C.

    Args:
        script: its path from the root of the checkout.
        flags: command-line flags, such as ``--fixed``.
        seconds: deadline for READY, and for its end.
        env: what its environment holds besides that of the tests.

    Raises:
        AssertionError: when the script ends or the deadline passes before READY.

    """
    with subprocess.Popen(
        [sys.executable, script, *flags],
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdout=subprocess.PIPE,
        text=True,
    ) as repro:
        if repro.stdout is None:
            raise AssertionError("standard output is a pipe")
        deadline = threading.Timer(seconds, repro.kill)
        deadline.start()
        try:
            line = repro.stdout.readline()
            deadline.cancel()
            ready = READY.match(line)
            assert ready, f"{script} said {line!r} instead of READY"
            printed = line + repro.stdout.readline()
            url, redis_url, database_url = (place or "" for place in ready.groups()[1:])
            yield Target(int(ready[1]), url, redis_url, database_url, printed, repro)
        finally:
            deadline.cancel()
            repro.send_signal(signal.SIGINT)
            try:
                repro.wait(seconds)
            except subprocess.TimeoutExpired:
                repro.kill()
                raise


def running(
    name: str, *flags: str, env: Mapping[str, str] | None = None
) -> contextlib.AbstractContextManager[Target]:
    """Run the repro of the incident `name`, a folder under ``examples/incidents``."""
    return started(f"examples/incidents/{name}/repro.py", *flags, env=env)
