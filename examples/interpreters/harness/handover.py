"""How the values of a slice get to a worker, and how the worker reads them.

The sender holds packed doubles. Each form says what crosses:

- `objects`: a list of floats, as a service without packed data would send it.
  The pool pickles it; an interpreter pool also runs `repr()` on it.
- `pickled`: that list pickled by hand, so that bytes cross.
- `packed`: the buffer as bytes.
- `memoryview`: the buffer itself; threads and interpreters of one process only.
- `shared_memory`: the place of a copy in a block that processes share.
"""

import contextlib
import itertools
import pickle
from array import array
from collections.abc import Iterator, Sequence
from multiprocessing.shared_memory import SharedMemory
from typing import Any, Literal, get_args

type Form = Literal["objects", "pickled", "packed", "memoryview", "shared_memory"]

FORMS: tuple[Form, ...] = get_args(Form.__value__)
PICKLE_PROTOCOL = 5
DOUBLE = 8  # bytes

type Place = tuple[str, int, int]


class Sender:
    """Hands slices over in one form.

    Args:
        form: one of `FORMS`.
        slices: the packed buffers, so that a shared block can be sized once.

    """

    def __init__(self, form: Form, slices: Sequence[array[float]]) -> None:
        self.form = form
        self._slices = slices
        # A service that sends objects has them as objects: the list is no part of the cost.
        self._lists = [one.tolist() for one in slices] if form in {"objects", "pickled"} else []
        self._starts = list(itertools.accumulate(map(len, slices), initial=0))
        self._block: SharedMemory | None = None
        if form == "shared_memory":
            self._block = SharedMemory(create=True, size=DOUBLE * self._starts[-1])

    def __len__(self) -> int:
        """Give the number of slices."""
        return len(self._slices)

    def payload(self, number: int) -> Any:
        """Give what crosses for one slice; this is the sender's share of the cost."""
        match self.form:
            case "objects":
                return self._lists[number]
            case "pickled":
                return pickle.dumps(self._lists[number], PICKLE_PROTOCOL)
            case "packed":
                return self._slices[number].tobytes()
            case "memoryview":
                return memoryview(self._slices[number])
            case "shared_memory":
                return self._copy(number)

    def close(self) -> None:
        """Free the shared block."""
        if self._block is not None:
            self._block.close()
            self._block.unlink()
            self._block = None

    def _copy(self, number: int) -> Place:
        if self._block is None:
            raise ValueError("the shared block is closed")
        one, start = self._slices[number], DOUBLE * self._starts[number]
        size = DOUBLE * len(one)
        _bytes(self._block)[start : start + size] = memoryview(one).cast("B")
        return self._block.name, start, len(one)


_attached: dict[str, SharedMemory] = {}


@contextlib.contextmanager
def received(form: Form, payload: Any) -> Iterator[Sequence[float]]:
    """Give the values of a payload in the worker, and let go of them at the end.

    Args:
        form: the form that the payload was sent in.
        payload: what crossed.

    """
    match form:
        case "objects":
            yield payload
        case "pickled":
            yield pickle.loads(payload)  # noqa: S301 # made by `Sender` in this program
        case "packed":
            yield memoryview(payload).cast("d")
        case "memoryview":
            # A view that a worker keeps would forbid the sender to resize the buffer.
            with payload:
                yield payload
        case "shared_memory":
            name, offset, count = payload
            place = slice(offset, offset + DOUBLE * count)
            with _bytes(_attach(name))[place] as piece, piece.cast("d") as values:
                yield values


def _attach(name: str) -> SharedMemory:
    if name not in _attached:
        # Attaching is a system call and a page table: once a block, not once a slice.
        while _attached:
            _attached.popitem()[1].close()
        # The sender owns the block, so the worker's resource tracker stays out of it.
        _attached[name] = SharedMemory(name=name, track=False)
    return _attached[name]


def _bytes(block: SharedMemory) -> memoryview:
    if block.buf is None:
        raise ValueError("the shared block is closed")
    return block.buf
