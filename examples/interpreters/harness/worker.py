"""What runs in a worker: importable, free of third-party packages, no `__main__`."""

import _interpreters
import functools
import importlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from examples.interpreters.harness import handover
from examples.interpreters.workloads import WORKLOADS

# Long enough that the next call of a warm-up finds this worker busy.
BUSY_SECONDS = 0.002

type Identity = tuple[int, int, int]


def resolve(name: str) -> Any:
    """Import what is named ``package.module:name``.

    Raises:
        ImportError: when there is no such module, or it does not load here.
        AttributeError: when the module has no such name.

    """
    module, _, attribute = name.partition(":")
    return functools.reduce(getattr, attribute.split("."), importlib.import_module(module))


@functools.cache
def calculation(name: str) -> Callable[[Any], Any]:
    """Give what runs a slice of a workload, or a function named ``package.module:name``."""
    if ":" not in name:
        return WORKLOADS[name].run_slice
    function: Callable[[Any], Any] = resolve(name)
    return function


def ready(module: str = "") -> Identity:
    """Give process, interpreter and thread of this worker, after a short while of work.

    It reads globals of this module. CPython pools a function that reads none as
    bare code, without importing its module, and a warm-up by such a function
    leaves every import to the first slice.

    Args:
        module: to import as well.

    """
    if module:
        importlib.import_module(module)
    end = time.perf_counter() + BUSY_SECONDS
    while time.perf_counter() < end:
        pass
    return os.getpid(), _interpreters.get_current()[0], threading.get_ident()


def run_chunk(
    workload: str, form: handover.Form, payloads: tuple[Any, ...], code: str = handover.DOUBLES
) -> tuple[Any, ...]:
    """Run some slices of a workload.

    Args:
        workload: as for `calculation`.
        form: how the payloads were handed over.
        payloads: one a slice.
        code: of the values in a buffer, as in `struct`.

    """
    run_slice = calculation(workload)
    parts = []
    for payload in payloads:
        with handover.received(form, payload, code) as values:
            parts.append(run_slice(values))
    return tuple(parts)


def stamped(
    workload: str, form: handover.Form, payloads: tuple[Any, ...]
) -> tuple[Identity, float, float]:
    """Run some slices, and say where, and when they began and ended.

    The times are seconds of `time.perf_counter`, which all processes of a machine share.
    """
    begin = time.perf_counter()
    run_chunk(workload, form, payloads)
    end = time.perf_counter()
    return (os.getpid(), _interpreters.get_current()[0], threading.get_ident()), begin, end


def echo(payload: Any) -> Any:
    """Give back what came, so that the way back can be measured too."""
    return payload if WORKLOADS else None
