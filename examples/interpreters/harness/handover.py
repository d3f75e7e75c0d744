"""How the values of a slice get to a worker, and how the worker reads them.

The sender holds packed doubles, or whatever a function of somebody else works on.
Each form says what crosses:

- `objects`: a list of floats, as a service without packed data would send it.
  The pool pickles it; an interpreter pool also runs `repr()` on it.
- `pickled`: that list pickled by hand, so that bytes cross.
- `text`: the same in base64, which a message of JSON can hold.
- `packed`: the buffer as bytes.
- `memoryview`: the buffer itself; threads and interpreters of one process only.
- `shared_memory`: the place of a copy in a block that processes share.
"""

import base64
import contextlib
import itertools
import pickle
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.shared_memory import SharedMemory
from typing import Any, Literal, get_args

type Form = Literal["objects", "pickled", "text", "packed", "memoryview", "shared_memory"]

FORMS: tuple[Form, ...] = get_args(Form.__value__)
PICKLE_PROTOCOL = 5
DOUBLES = "d"  # the code of `struct` and `array`
# Interpreters hand these over without pickle.
PLAIN = (str, bytes, bool, int, float, type(None))
BUFFERS = {"packed", "memoryview", "shared_memory"}

type Place = tuple[str, int, int]


class Sender:
    """Hands slices over in one form.

    Args:
        form: one of `FORMS`.
        slices: the buffers, so that a shared block can be sized once.
        objects: what crosses as objects, one a slice; by default the values of each buffer.

    Raises:
        TypeError: when the form needs buffers, and the slices are none.

    """

    def __init__(
        self, form: Form, slices: Sequence[Any], objects: Sequence[Any] | None = None
    ) -> None:
        self.form = form
        self.code = DOUBLES
        self._slices = slices
        # A service that sends objects has them as objects: the list is no part of the cost.
        self._objects = objects or []
        if objects is None and form not in BUFFERS:
            self._objects = [one.tolist() for one in slices]
        self._starts: list[int] = []
        self._block: SharedMemory | None = None
        if form in BUFFERS:
            sizes = []
            for one in slices:
                with memoryview(one) as view:
                    self.code = view.format
                    sizes.append(view.nbytes)
            self._starts = list(itertools.accumulate(sizes, initial=0))
        if form == "shared_memory":
            self._block = SharedMemory(create=True, size=self._starts[-1])

    def __len__(self) -> int:
        """Give the number of slices."""
        return len(self._slices)

    def payload(self, number: int) -> Any:
        """Give what crosses for one slice; this is the sender's share of the cost."""
        match self.form:
            case "objects":
                return self._objects[number]
            case "pickled":
                return pickle.dumps(self._objects[number], PICKLE_PROTOCOL)
            case "text":
                return base64.b64encode(
                    pickle.dumps(self._objects[number], PICKLE_PROTOCOL)
                ).decode()
            case "packed":
                return memoryview(self._slices[number]).tobytes()
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
        start, end = self._starts[number : number + 2]
        _bytes(self._block)[start:end] = memoryview(self._slices[number]).cast("B")
        return self._block.name, start, end


def steps(one: Any) -> dict[str, Callable[[], Any]]:
    """Give what handing over a slice costs an interpreter pool outside the workers, by step.

    Plain values cross as they are, without any step.
    """
    found: dict[str, Callable[[], Any]] = {}
    if not isinstance(one, PLAIN):
        pickled = pickle.dumps(one, PICKLE_PROTOCOL)
        found["objects, out: pickle.dumps"] = lambda: pickle.dumps(one, PICKLE_PROTOCOL)
        found["objects, discarded: repr"] = lambda: repr(one)
        found["objects, in: pickle.loads"] = lambda: pickle.loads(pickled)  # noqa: S301 # made above
    with contextlib.suppress(TypeError), memoryview(one) as view:
        raw, code = view.tobytes(), view.format
        found["packed, out: tobytes"] = lambda: memoryview(one).tobytes()
        found["packed, in: memoryview.cast"] = lambda: memoryview(raw).cast(code)  # type: ignore[call-overload] # not a literal
    return found


_attached: dict[str, SharedMemory] = {}


@contextlib.contextmanager
def received(form: Form, payload: Any, code: str = DOUBLES) -> Iterator[Any]:
    """Give the values of a payload in the worker, and let go of them at the end.

    Args:
        form: the form that the payload was sent in.
        payload: what crossed.
        code: of the values in a buffer, as in `struct`.

    """
    match form:
        case "objects":
            yield payload
        case "pickled":
            yield pickle.loads(payload)  # noqa: S301 # made by `Sender` in this program
        case "text":
            yield pickle.loads(base64.b64decode(payload))  # noqa: S301 # the same
        case "packed":
            yield memoryview(payload).cast(code)  # type: ignore[call-overload] # not a literal
        case "memoryview":
            # A view that a worker keeps would forbid the sender to resize the buffer.
            with payload:
                yield payload
        case "shared_memory":
            name, start, end = payload
            block = _bytes(_attach(name))
            with block[start:end] as piece, piece.cast(code) as values:  # type: ignore[call-overload] # the same
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
