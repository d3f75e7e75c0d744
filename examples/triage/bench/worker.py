"""The broker of the idle worker that the benchmark of triage looks at."""

import os

from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(os.environ.get("REDIS_URL", "redis://127.0.0.1"))
