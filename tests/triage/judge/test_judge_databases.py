"""Clients of databases: what their stacks show of deadlines and of waits for new work."""

import pytest

from tests.triage.judge.cases import (
    LOCK,
    POOL,
    READ,
    found,
    many,
    outside,
    still,
    task,
    thing,
    verdicts,
)

FETCH = ("asyncpg.connection:Connection._do_execute", "asyncpg.connection:Connection.fetchval")


@pytest.mark.parametrize(
    ("silent", "confidence"), [(20.0, "possible"), (119.0, "possible"), (121.0, "likely")]
)
def test_timeout_that_no_stack_shows(silent: float, confidence: str) -> None:
    """A query through asyncpg may end by its timeout, unless it has lasted for minutes."""
    tasks = many(2, "job", *FETCH, "settle", "work")
    links = [outside(sent=silent, received=silent) for _ in tasks]
    (finding,) = found(still(*tasks, connections=links))

    assert (finding.rule.id, finding.confidence) == ("stuck-read", confidence)
    assert finding.evidence[-1] == "a timeout of asyncpg itself does not show on a stack"


def test_holder_in_a_query() -> None:
    """A holder in a query may be ended by such a timeout, one that waits for a pool is not."""
    lock = thing("Lock")
    waiters = many(2, "waiter", *LOCK, "reserve", "work", wants=lock)
    query = task("query", *FETCH, "refresh", holds=[lock])
    queued = task("queued", *POOL, "refresh", holds=[lock])

    assert verdicts(still(*waiters, query)) == [("lock-queue", "possible", "reserve")]
    assert verdicts(still(*waiters, queued))[0] == ("pool-empty", "likely", "refresh")
    assert verdicts(still(*waiters, queued))[1] == ("lock-queue", "likely", "reserve")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("redis.asyncio.client:Pipeline.execute", [("stuck-read", "likely", "store")]),
        ("redis.asyncio.client:Redis.execute_command", []),
    ],
)
def test_pipeline_is_no_wait_for_new_work(call: str, expected: list[tuple[str, str, str]]) -> None:
    """A command of Redis may ask for new work; nobody asks for it in a pipeline."""
    tasks = many(2, "worker", *READ, call, "store", "work")

    assert verdicts(still(*tasks, connections=[outside(), outside()])) == expected
