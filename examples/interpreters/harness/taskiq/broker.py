"""The stream and the result store that callers and workers share."""

from taskiq import AsyncBroker
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

STREAM = "scoring"
GROUP = "scorers"
SCORE = "score_slices"
NUDGE = "nudge"
CALL = "call"
# A worker that takes an entry of the first stops inside its task, and says so in the second.
HOLD, HELD = "hold", "held"

# After so long without an acknowledgement a task counts as lost and is given to another worker.
# It has to be longer than the longest task.
IDLE_MS = 1500
RESULT_SECONDS = 600


def make(url: str, consumer: str | None = None) -> AsyncBroker:
    """Make a broker on Redis Streams.

    Args:
        url: of the Redis.
        consumer: name of this worker in the consumer group; a caller needs none.

    """
    broker = RedisStreamBroker(
        url,
        queue_name=STREAM,
        consumer_group_name=GROUP,
        consumer_name=consumer,
        # From the beginning: a task that was sent before the first worker came is not skipped.
        consumer_id="0",
        # One at a time: tasks that a worker holds in advance are tasks that it can lose.
        xread_count=1,
        xread_block=200,
        idle_timeout=IDLE_MS,
        # Without it, a worker that is killed while it looks for lost tasks stops all others.
        unacknowledged_lock_timeout=5.0,
    )
    results: RedisAsyncResultBackend[object] = RedisAsyncResultBackend(
        url, result_ex_time=RESULT_SECONDS
    )
    return broker.with_result_backend(results)
