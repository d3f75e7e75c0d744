"""Each transfer that is pickled also builds the `repr()` of all arguments and throws it away."""

import collections
import pickle
from concurrent.futures import Executor, InterpreterPoolExecutor, ProcessPoolExecutor
from typing import Any

from examples.interpreters.lessons import work

calls: collections.Counter[str] = collections.Counter()


class Prices(list[float]):
    """A list that counts how often it is asked for its `repr()`."""

    def __repr__(self) -> str:
        calls["repr"] += 1
        return "Prices"

    def __reduce_ex__(self, protocol: Any) -> Any:
        calls["pickle"] += 1
        return list, (list(self),)


def count(name: str, pool: Executor, argument: Any) -> None:
    """Submit ten times, and print how often the argument was asked for what."""
    calls.clear()
    with pool:
        for _ in range(10):
            pool.submit(work.type_of, argument).result()
    print(f"{name:38} pickled {calls['pickle']:2}, repr {calls['repr']:2}")


if __name__ == "__main__":
    prices = Prices([1.5])
    count("interpreter pool, 10 lists", InterpreterPoolExecutor(1), prices)
    count("process pool, 10 lists", ProcessPoolExecutor(1), prices)
    count("interpreter pool, 10 times the bytes", InterpreterPoolExecutor(1), pickle.dumps(prices))
