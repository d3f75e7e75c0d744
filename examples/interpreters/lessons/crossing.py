"""What crosses to another interpreter natively, what is pickled, and what does not cross."""

import datetime as dt
import decimal
import threading
from array import array
from concurrent import interpreters
from concurrent.futures import InterpreterPoolExecutor
from typing import Any

from examples.interpreters.lessons import tasks

VALUES: list[Any] = [
    None,
    7,
    1.5,
    "IRIS",
    b"IRIS",
    (1, "a", (2.5, None)),
    memoryview(b"IRIS"),
    [1.5],
    {"IRIS": 1.5},
    array("d", [1.5]),
    decimal.Decimal("1.5"),
    dt.date(2026, 11, 24),
    threading.Lock(),
]

if __name__ == "__main__":
    with InterpreterPoolExecutor(1) as pool:
        for value in VALUES:
            try:
                arrived = pool.submit(tasks.type_of, value).result()
            except interpreters.NotShareableError:
                arrived = "refused"
            way = "natively" if interpreters.is_shareable(value) else "pickled"
            print(f"{type(value).__name__:10} {way if arrived != 'refused' else arrived}")

        prices = array("d", [1.0, 2.0])
        with memoryview(prices).cast("B").cast("d") as view:
            pool.submit(tasks.write_first, view, 42.0).result()
        print(f"after the worker wrote into the lent memoryview: {prices.tolist()}")
