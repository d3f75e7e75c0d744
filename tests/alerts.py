"""What the alerts of the drills say, checked on the processes that the drills start."""

import contextlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import psutil
from redis import Redis

from examples import drill
from tests.repros import Target

DRILLS = {known.name: known for known in drill.drills()}
PATIENCE = 60
IDLE, BUSY = 0.3, 0.8  # CPU seconds a second; a look by triage costs its target a little


@dataclass
class Scene:
    """A process of a drill, and how much CPU it used while it was looked at."""

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
    while DRILLS[name].signal and listens(target) and time.monotonic() < deadline:
        time.sleep(0.05)


@contextlib.contextmanager
def watched(target: Target) -> Iterator[Scene]:
    """Measure the load of a process and of those below it while something else happens."""
    scene = Scene(target)
    began, before = time.monotonic(), cpu(scene.process)
    yield scene
    scene.load = (cpu(scene.process) - before) / (time.monotonic() - began)


def cpu(process: psutil.Process) -> float:
    """Give the CPU seconds of a process and of those below it."""
    found = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(times.user + times.system for times in found)


def listens(target: Target) -> bool:
    """Tell whether somebody takes a connection to the service."""
    address = urlsplit(target.url)
    with (
        contextlib.suppress(OSError),
        socket.create_connection((str(address.hostname), int(address.port or 0)), PATIENCE),
    ):
        return True
    return False


def answers(scene: Scene) -> bool:
    """Tell whether the service answers a route that needs nothing but its loop."""
    for route in ("health", "openapi.json"):
        with contextlib.suppress(httpx.TimeoutException):
            if httpx.get(f"{scene.target.url}/{route}", timeout=3).is_success:
                return True
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
    r"\bhealth check is green\b|\bother routes answer\b|\bare answered\b": answers,
    r"\bthe health check too\b": lambda scene: not answers(scene),
    r"\bsessions are open\b": sessions,
    r"\blag\b.*\bis 0\b": lambda scene: lags(scene) == [0],
    r"\bThe lag\b.*\bgrows\b": lambda scene: all(lag > 0 for lag in lags(scene)),
    r"\bis alive\b|\bworker was restarted\b": lambda scene: scene.process.is_running(),
    r"\bgot SIGTERM and does not end\b": lambda scene: not listens(scene.target),
}


def claimed(alert: str) -> list[str]:
    """Give the claims of an alert that can be checked on its process."""
    return [claim for claim in CLAIMS if re.search(claim, alert)]


def untrue(name: str, scene: Scene) -> list[str]:
    """Give what the alert of a drill says and its process does not show."""
    return [claim for claim in claimed(DRILLS[name].alert) if not CLAIMS[claim](scene)]
