"""What the repros share: start a real service, say READY, leave nothing behind.

A repro is a script that holds a faulty and a fixed service, and the traffic
that makes the fault visible::

    if __name__ == "__main__":
        lab.run(__file__, traffic)

`run` starts the service as its own process, with the command that production
uses, plays the traffic, and prints ``READY pid=<pid> url=<url>`` once the
service shows the fault. It then waits until Ctrl-C or SIGTERM.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]

GUARD = ROOT / "examples/lab/guard.sh"


@dataclass(frozen=True)
class Service:
    """A service under observation.

    Attributes:
        pid: the process to inspect.
        url: where it answers HTTP, without a trailing slash; empty for a worker.
        redis_url: the Redis that it uses; empty when it uses none.
        database_url: the PostgreSQL that it uses; empty when it uses none.

    """

    pid: int
    url: str = ""
    redis_url: str = ""
    database_url: str = ""

    @property
    def websocket_url(self) -> str:
        """The same address for a WebSocket client."""
        return self.url.replace("http://", "ws://", 1)


@contextlib.asynccontextmanager
async def process(
    *command: str, env: dict[str, str] | None = None, pass_fds: Sequence[int] = ()
) -> AsyncIterator[int]:
    """Run `command` in a guarded process group and yield its PID.

    On leaving, the group is killed with SIGKILL: a service that hangs on
    shutdown is often the very fault that is shown. The guard does that, and
    this process where somebody has killed the guard.

    Args:
        command: program and arguments.
        env: variables on top of this process's environment.
        pass_fds: file descriptors that the command inherits.

    """
    # asyncio kills a child that still runs when it closes, and so on a second Ctrl-C: the guard
    # has to outlive that.
    guard = subprocess.Popen(  # noqa: ASYNC220
        [GUARD, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=pass_fds,
        cwd=ROOT,
        env=os.environ | (env or {}),
        start_new_session=True,
        text=True,
    )
    if guard.stdin is None or guard.stdout is None:
        raise AssertionError("both ends are pipes")
    printed = ""
    try:
        printed = await asyncio.to_thread(guard.stdout.readline)
        yield int(printed.split()[0])
    finally:
        guard.stdin.close()
        if await asyncio.to_thread(guard.wait) < 0 and printed:
            service, folder = printed.rstrip("\n").split(" ", 1)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(service), signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)
        guard.stdout.close()


@contextlib.asynccontextmanager
async def uvicorn(
    factory: str, *options: str, env: dict[str, str] | None = None
) -> AsyncIterator[Service]:
    """Serve the application that `factory` makes with the uvicorn command.

    The listening socket is made here and handed over, so that the port is
    known and clients can connect before the service is up.

    Args:
        factory: ``package.module:function``.
        options: further options of the uvicorn command.
        env: variables on top of this process's environment.

    """
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        listener.set_inheritable(True)
        descriptor = listener.fileno()
        command = [sys.executable, "-m", "uvicorn", "--factory", factory]
        # Named, since the default follows what happens to be installed.
        command += ["--http", "h11", "--fd", str(descriptor), "--log-level", "warning", *options]
        async with process(*command, env=env, pass_fds=[descriptor]) as pid:
            host, port = listener.getsockname()
            # Held open by the service alone from here on.
            listener.close()
            yield Service(pid, f"http://{host}:{port}")


@contextlib.asynccontextmanager
async def taskiq(
    broker: str, *options: str, env: dict[str, str] | None = None
) -> AsyncIterator[int]:
    """Start the taskiq command with one worker process and yield the PID of its manager.

    Args:
        broker: ``package.module:function`` that makes the broker.
        options: further options of the worker command.
        env: variables on top of this process's environment.

    """
    command = [sys.executable, "-m", "taskiq", "worker", broker, "--workers", "1"]
    async with process(*command, "--log-level", "CRITICAL", *options, env=env) as manager:
        yield manager


async def worker(manager: int, *, other_than: int = 0) -> int:
    """Wait for the worker process of a TaskIQ manager and give its PID.

    On Linux CPython 3.14 starts workers through a fork server, so the worker is
    a grandchild of the manager.

    Args:
        manager: PID of the manager.
        other_than: PID of a worker that was killed.

    """
    import psutil  # noqa: PLC0415 # few repros have a worker

    pids: list[int] = []

    async def is_there() -> bool:
        children = psutil.Process(manager).children()
        workers = [pid for child in children for pid in child.children()]
        pids[:] = [process.pid for process in workers if process.pid != other_than]
        return bool(pids)

    await until(is_there)
    return pids[0]


@contextlib.asynccontextmanager
async def redis(*also: str, needs_server: bool = False) -> AsyncIterator[str]:
    """Yield the URL of a Redis: ``$REDIS_URL``, a private redis-server, or an embedded one.

    The private server keeps nothing on disk and ends with the repro. The
    embedded one needs no installation; it is fakeredis behind a TCP port.

    Args:
        also: further addresses of this machine on which the private server listens.
        needs_server: whether the embedded one cannot do what is asked of it.

    Raises:
        SystemExit: when a server is needed and there is none; when ``$REDIS_URL``
            does not answer, or holds keys: a repro uses an empty database, so that
            it touches nobody's data, and empties it at the end, so that it can run
            again.

    """
    from redis.asyncio import Redis  # noqa: PLC0415 # few repros use it
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415

    if url := os.environ.get("REDIS_URL"):
        async with given_redis(url):
            yield url
        return
    port = free_port()
    if shutil.which("redis-server"):
        command = ["redis-server", "--bind", "127.0.0.1", *also, "--port", str(port)]
        command += ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    elif needs_server:
        raise SystemExit(
            "error: this needs redis-server, and none is on PATH: install it, or set REDIS_URL"
        )
    else:
        command = [sys.executable, "-m", "examples.lab.embedded_redis", str(port)]
    url = f"redis://127.0.0.1:{port}"
    async with process(*command), Redis.from_url(url) as client:

        async def answers() -> bool:
            with contextlib.suppress(RedisConnectionError):
                return bool(await client.ping())
            return False

        await until(answers)
        yield url


@contextlib.asynccontextmanager
async def given_redis(url: str) -> AsyncIterator[None]:
    """Use an empty database of somebody's Redis, and leave it empty."""
    from redis.asyncio import Redis  # noqa: PLC0415 # few repros use it
    from redis.exceptions import RedisError  # noqa: PLC0415

    async with contextlib.AsyncExitStack() as stack:
        try:
            client = await stack.enter_async_context(Redis.from_url(url))
            keys = await client.dbsize()
        except (RedisError, OSError, ValueError) as error:
            sys.exit(f"error: REDIS_URL={url} cannot be used: {error}")
        if keys:
            sys.exit(f"error: REDIS_URL={url} holds {keys} keys: name an empty database")
        try:
            yield
        finally:
            await client.flushdb()


def free_port() -> int:
    """Give a TCP port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class SilentDownstream:
    """A downstream that accepts connections, reads, and never answers.

    Attributes:
        port: where it listens on 127.0.0.1; 0 before it is entered.

    """

    port: int = 0
    _requests: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._swallow, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the listener and every connection."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()

    async def received(self, count: int) -> None:
        """Wait until `count` more requests have arrived."""
        for _ in range(count):
            await self._requests.get()

    async def _swallow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            while line := await reader.readline():
                self._requests.put_nowait(line)


async def arrive() -> None:
    """Tell the traffic, from within the service, that a request is about to be handled.

    It says so to the port ``$ARRIVALS_PORT`` of 127.0.0.1, and blocks for that moment:
    a task would show in the very listing that the traffic waits for.
    """
    if port := os.environ.get("ARRIVALS_PORT"):
        with socket.create_connection(("127.0.0.1", int(port))) as traffic:
            traffic.sendall(b"arrived\n")


type Scene = Callable[[str], contextlib.AbstractAsyncContextManager[Service]]


def run(script: str, scene: Scene) -> None:
    """Play a repro until Ctrl-C or SIGTERM.

    Args:
        script: path of the repro, its ``__file__``.
        scene: gets ``package.module:faulty`` or ``package.module:fixed``, starts
            that service, brings it into the state to look at, and yields it.

    """
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--fixed", action="store_true", help="run the fixed code")
    factory = "fixed" if parser.parse_args().fixed else "faulty"
    module = ".".join(Path(script).resolve().relative_to(ROOT).with_suffix("").parts)
    play(scene(f"{module}:{factory}"))


def play(scene: contextlib.AbstractAsyncContextManager[Service]) -> None:
    """Say READY once `scene` is entered, and keep it up until Ctrl-C or SIGTERM."""
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(_stay(scene))


def ready() -> None:
    """Say READY for this very process, and let Ctrl-C end it, whatever it is stuck in."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    hint(os.getpid())


def hint(pid: int, url: str = "", redis_url: str = "", database_url: str = "") -> None:
    """Say that `pid` has come into the state to look at, and what to type.

    Args:
        pid: the process to inspect.
        url: where it answers HTTP, if it does.
        redis_url: the Redis that it uses, if it does.
        database_url: the PostgreSQL that it uses, if it does.

    """
    places = {"url": url, "redis": redis_url, "database": database_url}
    print(f"READY pid={pid}", *(f"{name}={place}" for name, place in places.items() if place))
    print(f"In a second terminal: PID={pid}; python -m asyncio pstree $PID", flush=True)


async def _stay(scene: contextlib.AbstractAsyncContextManager[Service]) -> None:
    loop = asyncio.get_running_loop()
    this = asyncio.current_task(loop)
    if this is None:
        raise AssertionError("a coroutine runs in a task")
    loop.add_signal_handler(signal.SIGTERM, this.cancel)
    async with scene as service:
        hint(service.pid, service.url, service.redis_url, service.database_url)
        await ended(service.pid)
    sys.exit(f"error: the service with PID {service.pid} ended by itself")


async def ended(pid: int) -> None:
    """Wait until the process `pid` has ended."""
    process = os.pidfd_open(pid)
    try:
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(process, ended.set)
        await ended.wait()
    finally:
        asyncio.get_running_loop().remove_reader(process)
        os.close(process)


async def terminate(pid: int, *, seconds: float = 200) -> None:
    """End a process that ends by itself on SIGTERM, and wait for it.

    A process that is killed leaves the named semaphores of its pools behind.

    Raises:
        TimeoutError: when it does not end within `seconds`.

    """
    os.kill(pid, signal.SIGTERM)
    async with asyncio.timeout(seconds):
        await ended(pid)


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 300) -> None:
    """Poll `condition` until it holds.

    Raises:
        TimeoutError: when it does not within `seconds`.

    """
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 # the condition lives in another process
            await asyncio.sleep(0.02)
