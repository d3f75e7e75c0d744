"""A query of SQLAlchemy that waits for its database."""

import asyncio

import aiosqlite
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

begun = asyncio.Event()


async def never(*_: object) -> None:
    """Stand for a database that never answers."""
    begun.set()
    await asyncio.Event().wait()


async def query() -> None:
    """Ask the database."""
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        aiosqlite.Cursor.execute = never  # type: ignore[method-assign,assignment]
        await connection.execute(text("select 1"))


async def main() -> None:
    """Start it."""
    task = asyncio.create_task(query(), name="query")
    await begun.wait()
    print("ready", flush=True)
    await task


asyncio.run(main())
