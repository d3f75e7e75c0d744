"""A library has a blocking call over coroutines; called on the loop, it waits for itself."""

import asyncio

import _lab

done = []


class Store:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    async def load(self, key: int) -> int:
        await asyncio.sleep(0.01)
        return key

    def load_blocking(self, key: int) -> int:
        return asyncio.run_coroutine_threadsafe(self.load(key), self.loop).result()


async def serve(store: Store) -> None:
    for key in range(1_000_000):
        if _lab.FIXED:
            await asyncio.to_thread(store.load_blocking, key)
        elif key < 10:
            await store.load(key)
        else:
            store.load_blocking(key)
        done.append(key)


async def main() -> None:
    _lab.watch_thread(done)
    await serve(Store(asyncio.get_running_loop()))


asyncio.run(main())
