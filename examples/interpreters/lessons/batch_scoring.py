"""Good candidate: a deterministic batch with small and explicit inputs and outputs.

Each slice gets packed prices as a memoryview, which crosses without a copy,
and gives back one float. It needs no session, no socket and no shared cache.
"""

import array
import random
from concurrent.futures import InterpreterPoolExecutor
from itertools import batched

from examples.interpreters.lessons import work

BATCH = 25_000  # prices in a slice


def main() -> None:
    """Score in two interpreters and compare with the direct run."""
    prices = random.Random(7).choices(range(1, 500), k=4 * BATCH)  # noqa: S311 # a data set
    batches = [array.array("d", batch) for batch in batched(prices, BATCH, strict=True)]
    direct = [work.total(batch) for batch in batches]
    with InterpreterPoolExecutor(2) as pool:
        scored = list(pool.map(work.total, map(memoryview, batches)))
    print(f"{len(batches)} batches, equal to the direct run bit for bit: {scored == direct}")


if __name__ == "__main__":
    main()
