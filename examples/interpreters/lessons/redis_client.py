"""Bad candidate: work that talks to Redis.

A client cannot be handed over. One that is made inside works, but it drops to
the parser in pure Python, and says nothing. And it works only from a module
whose every import loads in a subinterpreter.
"""

import asyncio
from concurrent.futures import InterpreterPoolExecutor, ThreadPoolExecutor

import psutil  # noqa: F401 # as a service that watches itself does
from redis.asyncio import Redis as AsyncRedis

from examples import lab
from examples.interpreters.lessons import redis_inside, work
from examples.interpreters.lessons.attempt import attempt


def parser(url: str) -> str:
    """Do what `redis_inside.parser` does, from a module that imports psutil."""
    return redis_inside.parser(url)


def tries(url: str, outside: AsyncRedis) -> None:
    """Make a client on both sides, and try to hand one over."""
    with ThreadPoolExecutor(1) as threads, InterpreterPoolExecutor(1) as interpreters:
        attempt("a client outside has the parser", threads.submit(parser, url))
        attempt("hand over a client", interpreters.submit(work.touch, outside))
        attempt(
            "a client made inside has the parser", interpreters.submit(redis_inside.parser, url)
        )
        attempt("the same, from a module that imports psutil", interpreters.submit(parser, url))


async def main() -> None:
    """Run the tries against a real server."""
    async with lab.redis() as url, AsyncRedis.from_url(url) as outside:
        await asyncio.to_thread(tries, url, outside)


if __name__ == "__main__":
    asyncio.run(main())
