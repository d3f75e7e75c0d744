"""What triage knows about PyMongo and Motor."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CONNECT,
    GET,
    POOL,
    READ,
    RESOLVE,
    RETRY,
    THREAD,
    WRITE,
    Library,
    Wait,
)

PYMONGO = Library(
    "PyMongo",
    "pymongo",
    waits=(
        Wait(
            POOL,
            ("pymongo.asynchronous.pool:Pool._get_conn", "pymongo.synchronous.pool:Pool._get_conn"),
            "a connection of the pool of MongoDB connections",
        ),
        Wait(RESOLVE, ("pymongo.asynchronous.helpers:_getaddrinfo",), "name resolution"),
        Wait(
            CONNECT,
            (
                "pymongo.asynchronous.topology:Topology._select_servers_loop",
                "pymongo.synchronous.topology:Topology._select_servers_loop",
            ),
            "a MongoDB server that can be used",
        ),
        Wait(
            CONNECT,
            ("pymongo.asynchronous.pool:Pool.connect", "pymongo.synchronous.pool:Pool.connect"),
            "a new connection to MongoDB",
        ),
        Wait(
            GET,
            (
                "pymongo.asynchronous.change_stream:AsyncChangeStream.try_next",
                "pymongo.synchronous.change_stream:ChangeStream.try_next",
            ),
            "a change of a collection",
            new_work=True,
        ),
        Wait(
            RETRY,
            (
                (
                    "pymongo.asynchronous.mongo_client:_ClientConnectionRetryable.run"
                    " > asyncio.tasks:sleep"
                ),
                "pymongo.synchronous.mongo_client:_ClientConnectionRetryable.run > nothing",
            ),
            "the next attempt of a MongoDB command",
        ),
        Wait(
            WRITE,
            (
                "pymongo.asynchronous.pool:AsyncConnection.send_message",
                "pymongo.synchronous.pool:Connection.send_message",
            ),
            "MongoDB to take a command",
        ),
        Wait(
            READ,
            (
                "pymongo.asynchronous.pool:AsyncConnection.receive_message",
                "pymongo.synchronous.pool:Connection.receive_message",
            ),
            "an answer of MongoDB",
        ),
    ),
    idle=(
        "pymongo.periodic_executor:AsyncPeriodicExecutor._run",
        "pymongo.periodic_executor:PeriodicExecutor._run",
    ),
)

MOTOR = Library(
    "Motor",
    "motor",
    waits=(
        Wait(
            THREAD,
            ("motor.frameworks.asyncio:pymongo_class_wrapper.<locals>._wrapper",),
            "a call to MongoDB in a thread",
        ),
    ),
)
