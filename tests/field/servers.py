"""Private servers for the cases, on ports of their own, that leave nothing behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from examples import lab
from tests.support.redis_server import redis_server

START_SECONDS = 90
HOST = "127.0.0.1"

type Server = Callable[[], contextlib.AbstractContextManager[dict[str, str]]]


@contextlib.contextmanager
def redis() -> Iterator[dict[str, str]]:
    """Run Redis, and give the variable that names it."""
    with redis_server() as url:
        yield {"REDIS_URL": url}


@contextlib.contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """Run PostgreSQL in an empty database, and give the variable that names it."""
    # The server refuses to run as root; its package has made a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    port = lab.free_port()
    with folder(user) as home:
        data = home / "data"
        options = ["-A", "trust", "-U", "postgres", "--no-sync"]
        subprocess.run(
            [program("initdb"), "-D", data, *options],
            user=user,
            cwd=home,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        command = [program("postgres"), "-D", str(data), "-k", str(home), "-p", str(port)]
        command += ["-c", f"listen_addresses={HOST}", "-c", "fsync=off"]
        with subprocess.Popen(command, user=user, cwd=home, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for(port, server)
                yield {"PG_DSN": f"postgresql://postgres@{HOST}:{port}/postgres"}
            finally:
                # Fast shutdown, which does not wait for clients.
                server.send_signal(signal.SIGINT)


@contextlib.contextmanager
def rabbitmq() -> Iterator[dict[str, str]]:
    """Run RabbitMQ as a node of its own, and give the variable that names it."""
    port, peers, names = (lab.free_port() for _ in range(3))
    with folder() as home:
        (home / "plugins").write_text("[].")
        environment = os.environ | {
            "HOME": str(home),
            "RABBITMQ_NODENAME": f"field{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(peers),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        with (
            # The node would start this as a daemon, which outlives it.
            started([program("epmd")], names, environment),
            started([program("rabbitmq-server")], port, environment),
        ):
            yield {"AMQP_URL": f"amqp://guest:guest@{HOST}:{port}/"}


SERVERS: dict[str, tuple[str, Server]] = {
    "redis": ("redis-server", redis),
    "postgresql": ("postgres", postgresql),
    "rabbitmq": ("rabbitmq-server", rabbitmq),
}


@contextlib.contextmanager
def running(names: Iterable[str]) -> Iterator[dict[str, str]]:
    """Run those of the servers that are installed, and give an environment that names them."""
    with contextlib.ExitStack() as stack:
        env = dict(os.environ)
        for name in sorted(set(names)):
            if not missing(name):
                env |= stack.enter_context(SERVERS[name][1]())
        yield env


def missing(name: str) -> bool:
    """Tell whether a server is not installed here."""
    return not program(SERVERS[name][0])


def program(name: str) -> str:
    """Find a program, also where Debian keeps those that it starts by other means."""
    packages = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    places = [Path("/usr/lib/rabbitmq/bin"), *reversed(packages)]
    path = os.pathsep.join([*map(str, places), os.environ.get("PATH", os.defpath)])
    return shutil.which(name, path=path) or ""


@contextlib.contextmanager
def folder(user: str | None = None) -> Iterator[Path]:
    """Give a folder that `user` owns, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="field-", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        yield Path(home)


@contextlib.contextmanager
def started(command: list[str], port: int, env: dict[str, str]) -> Iterator[None]:
    """Run a server that listens on `port`, and kill its whole process group at the end."""
    with subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        try:
            wait_for(port, server)
            yield
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on `port`.

    Raises:
        RuntimeError: when the server ends, or takes too long.

    """
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"{server.args!r} does not listen on port {port}")
