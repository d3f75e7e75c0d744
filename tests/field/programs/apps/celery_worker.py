"""A worker of celery; under load it works on its own task that adds numbers."""

import os
import time

from celery import Celery

import _program

broker = os.environ["AMQP_URL"]  # with Redis it needs a newer redis-py than arq does
worker = _program.start(
    "-m", "celery", "-b", broker, "worker", "--concurrency", "2", "-l", "CRITICAL", listens=False
)
client = Celery(broker=broker)


def tasks() -> None:
    while True:
        client.send_task("celery.accumulate", [1, 2])
        time.sleep(0.005)


_program.load(tasks)
_program.ready(worker.pid)
