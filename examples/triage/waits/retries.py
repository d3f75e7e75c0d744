"""What triage knows about Tenacity, backoff and stamina, which try again."""

from __future__ import annotations

from examples.triage.waits.kinds import RETRY, Library, Wait

TENACITY = Library(
    "Tenacity",
    "tenacity",
    waits=(
        Wait(
            RETRY,
            (
                "tenacity.asyncio:AsyncRetrying.__anext__ > anyio._core._eventloop:sleep",
                "tenacity.asyncio:AsyncRetrying.__anext__ > asyncio.tasks:sleep",
                "tenacity.asyncio:AsyncRetrying.__call__ > anyio._core._eventloop:sleep",
                "tenacity.asyncio:AsyncRetrying.__call__ > asyncio.tasks:sleep",
                "tenacity.nap:sleep",
            ),
            "the next attempt",
        ),
    ),
)

BACKOFF = Library(
    "backoff",
    "backoff",
    waits=(
        Wait(
            RETRY,
            (
                "backoff._async:retry_exception.<locals>.retry > asyncio.tasks:sleep",
                "backoff._async:retry_predicate.<locals>.retry > asyncio.tasks:sleep",
                "backoff._sync:retry_exception.<locals>.retry > nothing",
                "backoff._sync:retry_predicate.<locals>.retry > nothing",
            ),
            "the next attempt",
        ),
    ),
)

STAMINA = Library(
    "stamina", "stamina", waits=(Wait(RETRY, ("stamina._core:_smart_sleep",), "the next attempt"),)
)
