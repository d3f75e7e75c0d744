"""A worker of rq; under load it works on short sleeps."""

import os
import time

import redis
import rq

import _program

url = os.environ["REDIS_URL"]
worker = _program.start("-m", "rq.cli", "worker", "-u", url, "-q", listens=False)
queue = rq.Queue(connection=redis.Redis.from_url(url))


def jobs() -> None:
    while True:
        queue.enqueue(time.sleep, 0.05)
        time.sleep(0.1)


_program.load(jobs)
_program.ready(worker.pid)
