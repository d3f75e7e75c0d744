"""What triage knows about redis-py."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CONNECT,
    GET,
    LOCK,
    POOL,
    READ,
    RETRY,
    WRITE,
    Library,
    Wait,
)

REDIS = Library(
    "Redis",
    "redis",
    waits=(
        Wait(
            LOCK,
            ("redis.asyncio.lock:Lock.acquire", "redis.lock:Lock.acquire"),
            "a lock in Redis",
            elsewhere=True,
        ),
        Wait(
            POOL,
            (
                "redis.asyncio.connection:BlockingConnectionPool.get_connection",
                "redis.connection:BlockingConnectionPool.get_connection",
            ),
            "a connection of the pool of Redis connections",
        ),
        Wait(
            CONNECT,
            (
                "redis.asyncio.cluster:NodesManager.initialize",
                "redis.asyncio.connection:AbstractConnection.connect",
                "redis.asyncio.connection:AbstractConnection.connect_check_health",
                "redis.asyncio.sentinel:SentinelManagedConnection.connect",
                "redis.connection:AbstractConnection.connect",
                "redis.connection:AbstractConnection.connect_check_health",
            ),
            "a new connection to Redis",
        ),
        Wait(
            GET,
            (
                "redis.asyncio.client:Monitor.next_command",
                "redis.asyncio.client:PubSub.parse_response",
                "redis.client:Monitor.next_command",
                "redis.client:PubSub.parse_response",
            ),
            "a message of Redis",
            new_work=True,
        ),
        Wait(
            RETRY,
            (
                "redis.asyncio.cluster:PipelineStrategy.execute > asyncio.tasks:sleep",
                "redis.asyncio.retry:Retry.call_with_retry > asyncio.tasks:sleep",
            ),
            "the next attempt of a Redis command",
        ),
        Wait(
            WRITE,
            (
                "redis.asyncio.connection:AbstractConnection.send_packed_command",
                "redis.connection:AbstractConnection.send_packed_command",
            ),
            "Redis to take a command",
        ),
        Wait(
            READ,
            ("redis.asyncio.client:Pipeline.execute", "redis.client:Pipeline.execute"),
            "the answers to a pipeline of Redis commands",
        ),
        Wait(
            READ,
            (
                "redis.asyncio.client:Redis.execute_command",
                "redis.asyncio.client:Redis.parse_response",
                "redis.asyncio.cluster:ClusterNode.parse_response",
                "redis.asyncio.connection:AbstractConnection.read_response",
                "redis.client:Redis.execute_command",
                "redis.client:Redis.parse_response",
                "redis.connection:AbstractConnection.read_response",
            ),
            "an answer of Redis",
            new_work=True,
        ),
    ),
)
