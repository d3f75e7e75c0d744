"""Bad candidate: work that talks to Redis.

A client cannot be handed over. One that is made inside works, but it drops to
the parser in pure Python, and says nothing.
"""

import asyncio
from concurrent.futures import InterpreterPoolExecutor, ThreadPoolExecutor

import redis
from redis.asyncio import Redis as AsyncRedis

from examples import lab
from examples.candidates import work
from examples.candidates.attempt import attempt


def parser(url: str) -> str:
    """Make a client in the calling worker, use it, and name its parser."""
    with redis.Redis.from_url(url) as client:
        client.ping()
        return type(client.connection_pool.get_connection()._parser).__name__  # noqa: SLF001 # nothing public names it


def tries(url: str, outside: AsyncRedis) -> None:
    """Make a client on both sides, and try to hand one over."""
    with ThreadPoolExecutor(1) as threads, InterpreterPoolExecutor(1) as interpreters:
        attempt("a client outside has the parser", threads.submit(parser, url))
        attempt("hand over a client", interpreters.submit(work.touch, outside))
        attempt("a client made inside has the parser", interpreters.submit(parser, url))


async def main() -> None:
    """Run the tries against a real server."""
    async with lab.redis() as url, AsyncRedis.from_url(url) as outside:
        await asyncio.to_thread(tries, url, outside)


if __name__ == "__main__":
    asyncio.run(main())
