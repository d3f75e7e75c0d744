"""A redis-server that is not the repro's own."""

import contextlib
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from examples import lab


@contextlib.contextmanager
def redis_server(password: str = "") -> Iterator[str]:
    """Start a redis-server, and give the URL of its database 3 once it answers.

    Args:
        password: what the server asks for; empty for none.

    """
    port = lab.free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--loglevel", "warning"]
    url = f"redis://:{quote(password, safe='')}@" if password else "redis://"
    url += f"127.0.0.1:{port}/3"
    # A server that was just started takes a moment until it listens.
    retry = Retry(ConstantBackoff(0.05), retries=400)
    with (
        subprocess.Popen(
            [*command, "--requirepass", password], stdout=subprocess.DEVNULL
        ) as server,
        Redis.from_url(url, retry=retry) as client,
    ):
        try:
            client.ping()
            yield url
        finally:
            server.terminate()
