"""What the alerts of the drills say, checked on the processes that the drills start."""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from redis import Redis

from examples.drills import drill
from tests.support.repros import Target

DRILLS = {known.name: known for known in drill.drills()}
PATIENCE = 60
IDLE, BUSY = 0.3, 0.8  # CPU seconds a second; a look by triage costs its target a little


@dataclass
class Scene:
    """A process of a drill, and how much CPU it wanted while it was looked at."""

    target: Target
    load: float = 0.0

    @property
    def process(self) -> psutil.Process:
        """The process that the drill names."""
        return psutil.Process(self.target.pid)


def reach(name: str, target: Target) -> None:
    """Bring a repro to where the alert of its drill finds it, and wait until it is there."""
    DRILLS[name].reach(target.pid)
    deadline = time.monotonic() + PATIENCE
    while DRILLS[name].signal and answers(target) and time.monotonic() < deadline:
        time.sleep(0.05)


@contextlib.contextmanager
def watched(target: Target) -> Iterator[Scene]:
    """Measure the load of a process and of those below it while something else happens."""
    scene = Scene(target)
    began, before = time.monotonic(), cpu(scene.process)
    yield scene
    scene.load = (cpu(scene.process) - before) / (time.monotonic() - began)


def cpu(process: psutil.Process) -> float:
    """Give the CPU seconds that a process and those below it wanted: what others took counts."""
    files = [
        file
        for one in (process, *process.children(recursive=True))
        for file in Path(f"/proc/{one.pid}/task").glob("*/schedstat")
    ]
    # Nanoseconds in which a thread ran, and in which it waited to run.
    return sum(int(number) for file in files for number in file.read_text().split()[:2]) / 1e9


def answers(target: Target) -> bool:
    """Tell whether the service answers a route that needs nothing but its loop."""
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{target.url}/openapi.json", timeout=3).is_success
    return False


def sessions(scene: Scene) -> bool:
    """Tell whether clients are connected."""
    return any(
        one.status == psutil.CONN_ESTABLISHED and one.laddr.port == urlsplit(scene.target.url).port
        for one in scene.process.net_connections("tcp")
    )


def lags(scene: Scene) -> list[int]:
    """Give how many entries of each stream no consumer of a group has taken."""
    with Redis.from_url(scene.target.redis_url, decode_responses=True) as store:
        return [
            int(group["lag"] or 0)
            for stream in store.scan_iter(_type="stream")
            for group in store.xinfo_groups(stream)
        ]


# What an alert may say of the process itself, with the check of it.
CLAIMS: dict[str, Callable[[Scene], bool]] = {
    r"\bCPU is idle\b|\bso is the CPU\b": lambda scene: scene.load < IDLE,
    r"\bcore is at 100 %": lambda scene: scene.load > BUSY,
    r"\bhealth check is green\b|\bother routes answer\b|\bare answered\b": lambda scene: answers(
        scene.target
    ),
    r"\bthe health check too\b": lambda scene: not answers(scene.target),
    r"\bsessions are open\b": sessions,
    r"\blag\b.*\bis 0\b": lambda scene: lags(scene) == [0],
    r"\bThe lag\b.*\bgrows\b": lambda scene: all(lag > 0 for lag in lags(scene)),
    r"\bis alive\b|\bworker was restarted\b": lambda scene: scene.process.is_running(),
    r"\bdoes not end\b": lambda scene: scene.process.is_running() and not answers(scene.target),
}


def claimed(alert: str) -> list[str]:
    """Give the claims of an alert that can be checked on its process."""
    return [claim for claim in CLAIMS if re.search(claim, alert)]


def untrue(name: str, scene: Scene) -> list[str]:
    """Give what the alert of a drill says and its process does not show."""
    return [claim for claim in claimed(DRILLS[name].alert) if not CLAIMS[claim](scene)]
