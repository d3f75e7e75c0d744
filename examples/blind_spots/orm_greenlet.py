"""SQLAlchemy's asyncio session: what runs between the session and the driver is hidden."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from examples import lab


async def find_orders(engine: AsyncEngine) -> None:
    """Ask for the orders; the pool has no connection left."""
    async with AsyncSession(engine) as session:
        await session.execute(text("select 'orders'"))


async def serve() -> None:
    """Hold the only connection, and let a query wait for one."""
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=3600,
    )
    async with engine.connect(), asyncio.TaskGroup() as group:
        group.create_task(find_orders(engine), name="orders")
        asyncio.get_running_loop().call_later(0.1, lab.ready)


if __name__ == "__main__":
    asyncio.run(serve())
