"""One live subinterpreter: the tasks of the main interpreter cannot be seen from outside."""

import asyncio
import signal
from concurrent.futures import InterpreterPoolExecutor

from examples import lab


# --8<-- [start:hook]
def print_tasks() -> None:
    """Print what each task of the running loop waits for."""
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        asyncio.print_call_graph(task)
    print("END", flush=True)


# --8<-- [end:hook]


async def serve() -> None:
    """Compute once in a subinterpreter, then wait."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, print_tasks)
    with InterpreterPoolExecutor(1) as pool:
        await loop.run_in_executor(pool, pow, 2, 10)
        loop.call_soon(lab.ready)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
