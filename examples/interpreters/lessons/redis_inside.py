"""What a worker runs to make a Redis client of its own.

It lives in a module of its own, since a worker interpreter imports that module
whole: one extension among its imports that supports no subinterpreters, and
nothing in it can be handed over.
"""

import redis


def parser(url: str) -> str:
    """Make a client in the calling worker, use it, and name its parser.

    Args:
        url: address of the server, as in ``redis://127.0.0.1:6379``.

    """
    with redis.Redis.from_url(url) as client:
        client.ping()
        return type(client.connection_pool.get_connection()._parser).__name__  # noqa: SLF001 # nothing public names it
