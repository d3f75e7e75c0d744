"""What the cases share: start a service, be its clients and its upstreams, say READY.

A case is one script. Called plainly it starts the service as a child, plays the traffic in
threads of its own, and says ``READY pid=N`` when the fault is reached: so no client and no
upstream is a task of the process that is looked at. A worker that needs no traffic is the
script itself. ``--fixed`` starts the twin without the fault; a case named ``ok_`` has none.
"""

import asyncio
import atexit
import ctypes
import http.client
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SCRIPT = Path(sys.argv[0])
FIXED = "--fixed" in sys.argv or os.environ.get("FIXED") == "1"
WORKS = FIXED or SCRIPT.stem.startswith("ok_")
# The port to listen on; 0 in the launcher, which listens on none.
PORT = int(sys.argv[sys.argv.index("--serve") + 1]) if "--serve" in sys.argv else 0
START_SECONDS = 250
PATIENCE = 3600  # seconds; outlasts any look at the service
_kept: list[object] = []
_endings: list[Callable[[], None]] = []
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Service:
    """A service under observation: its process, and the port of 127.0.0.1 that it listens on."""

    pid: int
    port: int = 0


def serve(
    *command: object,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    listens: bool = True,
    stdin: bytes = b"",
) -> Service:
    """Start a service, and wait until it listens.

    Args:
        command: program and arguments; ``{port}`` in them becomes its port.
        env: variables on top of this process's environment.
        cwd: where it runs; where the launcher runs, if not said.
        listens: whether it listens on its port at all.
        stdin: what it reads from standard input.

    """
    port = free_port()
    child = subprocess.Popen(
        [str(part).replace("{port}", str(port)) for part in command],
        env={**os.environ, "FIXED": str(int(FIXED)), "PYTHONUNBUFFERED": "1", **(env or {})},
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=sys.stderr,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 # it only sets a flag of the process
    )
    _children.append(child)
    child.stdin.write(stdin)
    child.stdin.close()
    deadline = time.monotonic() + START_SECONDS
    while listens and not _listens(port):
        if child.poll() is not None or time.monotonic() > deadline:
            fail("the service does not listen")
        time.sleep(0.05)
    return Service(child.pid, port)


def script(*arguments: object, env: dict[str, str] | None = None, listens: bool = True) -> Service:
    """Start the service that this very script is with ``--serve PORT``."""
    return serve(sys.executable, SCRIPT, "--serve", "{port}", *arguments, env=env, listens=listens)


def uvicorn(*options: object, env: dict[str, str] | None = None) -> Service:
    """Start the ``app`` of this script with the uvicorn command."""
    command = [sys.executable, "-m", "uvicorn", f"{SCRIPT.stem}:app", "--port", "{port}"]
    return serve(*command, "--log-level", "warning", *options, env=env)


def traffic(service: Service, path: str, clients: int, *, pause: float = 0.1) -> None:
    """Ask for `path` from so many clients, each again once it was answered."""

    def client() -> None:
        while True:
            get(service, path, patience=PATIENCE)
            time.sleep(pause)

    for _ in range(clients):
        background(client)


def get(service: Service, path: str, *, patience: float) -> int:
    """Give the status of the answer, and 0 when there is none within `patience` seconds.

    The connection stays open then, as that of a more patient client would.
    """
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=patience)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except TimeoutError:
        keep(connection)
        return 0
    except OSError, http.client.HTTPException:
        return 0
    connection.close()
    return answer.status


def answers(service: Service, path: str, *, patience: float = 2.5) -> bool:
    """Tell whether `path` is answered with success in time."""
    return get(service, path, patience=patience) == 200


def keep(thing: object) -> None:
    """Keep what would be closed if nobody referred to it."""
    _kept.append(thing)


def until_used(reached: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait until a service that has no fault by design has used up something, or had time to."""
    end = time.monotonic() + seconds
    while not reached() and time.monotonic() < end and not WORKS:
        time.sleep(0.1)
    if WORKS:
        time.sleep(2)


def background(function: Callable[..., object], *arguments: object) -> None:
    """Call `function` in a thread."""
    threading.Thread(target=function, args=arguments, daemon=True).start()


def silent() -> str:
    """Give the URL of an upstream that takes requests and never answers."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)

    def accept() -> None:
        while True:
            keep(listener.accept())

    background(accept)
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def full() -> tuple[str, int]:
    """Give the address of a server that lets every new connection wait, its backlog being full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)  # noqa: FBT003 # its parameter is positional only
        filler.connect_ex(listener.getsockname())
        keep(filler)
    keep(listener)
    return "127.0.0.1", listener.getsockname()[1]


def upstream(*, seconds: float = 0) -> str:
    """Give the URL of an upstream that answers after so many seconds."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(seconds)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    background(server.serve_forever)
    return f"http://127.0.0.1:{server.server_address[1]}"


def free_port() -> int:
    """Give a port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def ready(service: Service, *, works: bool) -> NoReturn:
    """Say READY when the service works exactly if it should, and stay until SIGTERM."""
    say_ready(service.pid, works=works)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()


def say_ready(pid: int, *, works: bool) -> None:
    """Say READY for the process `pid`, or fail since the fault is not reached."""
    if any(child.poll() is not None for child in _children):
        fail("the service has ended")
    if works != WORKS:
        fail(f"works={works} and {FIXED=}: the state was not reached")
    print(f"READY pid={pid}", flush=True)


def fail(reason: str) -> NoReturn:
    """End at once, whatever other threads are stuck in."""
    print(f"error: {SCRIPT.stem}: {reason}", file=sys.stderr, flush=True)
    _end()
    os._exit(1)


async def watch(done: Sequence[object], *, seconds: float = 2, pid: int = 0) -> None:
    """Say READY for `pid`, or this process: `done` grows if it works, and else stands still."""
    before = -1
    while not WORKS and len(done) != before:
        before = len(done)
        await asyncio.sleep(seconds)
    if WORKS:
        start = len(done)
        while len(done) == start:  # what is watched knows nothing of this
            await asyncio.sleep(0.05)
        before = len(done)
        await asyncio.sleep(seconds)
    say_ready(pid or os.getpid(), works=len(done) > before)


def watch_thread(done: Sequence[object], *, seconds: float = 2) -> None:
    """Do the same from a thread, where the loop may be blocked."""
    background(lambda: asyncio.run(watch(done, seconds=seconds)))


def watch_cpu(*, seconds: float = 2) -> None:
    """Say READY from a thread, by how much CPU the main thread wants: little if it works."""

    def wanted() -> float:
        # Running and waiting to run, in ns: what a busy machine denies is wanted too.
        runs, waits, _ = Path("/proc/self/schedstat").read_text().split()
        return (int(runs) + int(waits)) / 1e9

    def share() -> float:
        start = wanted()
        time.sleep(seconds)
        return (wanted() - start) / seconds

    def prove() -> None:
        if WORKS:
            say_ready(os.getpid(), works=share() < 0.3)
            return
        while share() < 0.7:
            pass
        say_ready(os.getpid(), works=False)

    background(prove)


def run(*command: object) -> None:
    """Run a command, and fail when it does."""
    done = subprocess.run([str(part) for part in command], stdout=sys.stderr, check=False)
    if done.returncode:
        fail(f"{command[0]} ended with {done.returncode}")


def at_end(call: Callable[[], None]) -> None:
    """Call `call` when the launcher ends."""
    _endings.append(call)


@atexit.register
def _end() -> None:
    for child in _children:
        child.kill()
    while _endings:
        _endings.pop()()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
