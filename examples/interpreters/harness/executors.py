"""Every way to run slices, behind the interface of `concurrent.futures.Executor`."""

import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    Executor,
    Future,
    InterpreterPoolExecutor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from typing import Literal, get_args

from examples.interpreters.harness import handover, worker

type Kind = Literal["direct", "thread", "fork", "forkserver", "spawn", "interpreter"]

# What the harness measures too; `scale_out` opens it.
type Measured = Kind | Literal["taskiq"]

KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
PROCESSES: tuple[Kind, ...] = ("fork", "forkserver", "spawn")

# A chunk may cost this share of its own work for getting to the worker.
CALL_SHARE = 0.01
# Fewer chunks than this many a worker leave workers idle at the end of a run.
CHUNKS_A_WORKER = 4
WARM_SECONDS = 60.0


class DirectExecutor(Executor):
    """Runs each call at once, in the thread that submits it."""

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the call and give a future that is done."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 # it belongs to the future, as in any executor
            future.set_exception(error)
        return future


def open_pool(kind: Kind, workers: int) -> Executor:
    """Open a pool of `workers` workers.

    The number is explicit, since the defaults differ: on two cores a process
    pool takes two and an interpreter pool takes six.

    Raises:
        ValueError: for an unknown kind or less than one worker.

    """
    if workers < 1:
        raise ValueError(f"a pool of {workers} workers runs nothing")
    match kind:
        case "direct":
            return DirectExecutor()
        case "thread":
            return ThreadPoolExecutor(workers)
        case "interpreter":
            return InterpreterPoolExecutor(workers)
        case "fork" | "forkserver" | "spawn":
            return ProcessPoolExecutor(workers, multiprocessing.get_context(kind))
    raise ValueError(f"unknown executor {kind!r}: one of {', '.join(KINDS)}")


def forms(kind: Kind) -> tuple[handover.Form, ...]:
    """Give the forms of hand-over that work with this kind of executor."""
    without = {"text", "memoryview" if kind in PROCESSES else "shared_memory"}
    return tuple(form for form in handover.FORMS if form not in without)


def warm_up(
    pool: Executor,
    workers: int,
    ready: Callable[..., worker.Identity] = worker.ready,
    *arguments: str,
) -> None:
    """Wait until each of the workers has imported what it needs and has answered.

    Args:
        pool: the pool.
        workers: how many distinct workers must answer.
        ready: gives the identity of the worker; defined in the module to import.
        arguments: of `ready`.

    Raises:
        TimeoutError: when some worker does not answer in `WARM_SECONDS`.

    """
    wanted = 1 if isinstance(pool, DirectExecutor) else workers
    seen: set[worker.Identity] = set()
    deadline = time.monotonic() + WARM_SECONDS
    while len(seen) < wanted:
        answers = [pool.submit(ready, *arguments) for _ in range(wanted)]
        seen |= {answer.result(WARM_SECONDS) for answer in answers}
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(seen)} of {wanted} workers answered in {WARM_SECONDS:.0f} s")


def chunk_size(call_cost: float, slice_time: float, slices: int, workers: int) -> int:
    """Choose how many slices go into one call.

    Args:
        call_cost: measured round trip of an empty call, seconds.
        slice_time: measured run of one slice, seconds.
        slices: how many there are.
        workers: how many share them.

    """
    worth_a_call = math.ceil(call_cost / (CALL_SHARE * slice_time))
    fair = math.ceil(slices / (CHUNKS_A_WORKER * workers))
    return max(1, min(worth_a_call, fair))


def chunks[T](items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Cut `items` into tuples of at most `size`."""
    for start in range(0, len(items), size):
        yield tuple(items[start : start + size])


def run(pool: Executor, workload: str, sender: handover.Sender, size: int = 1) -> list[object]:
    """Run every slice of a workload and give the parts in order.

    Args:
        pool: where to run them.
        workload: as for `worker.calculation`.
        sender: holds the slices.
        size: slices in one call.

    """
    futures = [
        pool.submit(worker.run_chunk, workload, sender.form, chunk, sender.code)
        for chunk in chunks([sender.payload(number) for number in range(len(sender))], size)
    ]
    return [part for future in futures for part in future.result()]
