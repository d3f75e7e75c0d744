"""Memory that is full of nonsense costs neither time nor memory, and no traceback."""

import random
import resource
import time

import pytest

from examples.triage.read import memory
from examples.triage.read.errors import ReadError, TornError
from examples.triage.read.tables import depths_at, line_of
from examples.triage.read.threads import places
from tests.triage.read.helpers import reading, target

READS = 6
PAGES_AT = memory.pages_at


class Noise:
    """Spoils words of what is read: flips bits, cuts pages off, points elsewhere."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 # the same nonsense each time
        self.share = 0.0
        self.pointers: list[bytes] = []

    def __call__(self, descriptor: int, first: int, count: int) -> bytes:
        """Read pages and spoil some."""
        raw = bytearray(PAGES_AT(descriptor, first, count))
        if self.random.random() < self.share / 10:
            return b"" if self.random.random() < 0.5 else bytes(raw[: len(raw) // 2])
        for _ in range(round(self.share * len(raw) / 512)):
            place = self.random.randrange(0, len(raw) - 8, 8)
            word = bytes(raw[place : place + 8])
            if word[6:] == b"\0\0" and any(word):
                self.pointers.append(word)
            kind = self.random.randrange(4)
            if kind == 0:
                raw[place] ^= 1 << self.random.randrange(8)
            elif kind == 1:
                raw[place : place + 8] = self.random.randbytes(8)
            elif self.pointers:
                raw[place : place + 8] = self.random.choice(self.pointers)
        return bytes(raw)


@pytest.mark.parametrize("script", ["waiters", "held"])
def test_nonsense_is_bounded(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled pages end in an error or in a short answer, soon and in little memory."""
    noise = Noise(7)
    monkeypatch.setattr(memory, "pages_at", noise)
    answers = 0
    with target(script) as (child, _), reading(child.pid) as reader:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        for number in range(READS):
            noise.share = number / READS
            for read in (reader.tasks, reader.threads):
                try:
                    read(details=True)
                except ReadError:
                    pass
                else:
                    answers += 1
        spent = time.process_time() - begin
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        noise.share = 0.0
        assert reader.threads()  # it goes on with what is right
    assert answers > 0
    assert grown < 100 << 10  # KiB
    assert spent < 120  # a guard against a walk without an end, not a measure


def test_stack_that_goes_round_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of which one points back at an inner one are no stack."""
    with target("held") as (child, _), reading(child.pid) as reader:
        frames, found = reader._frames, places(reader._memory, reader._located)
        chain = reader._threads.state(found[0].address, details=False).chain
        innermost, right = chain.frames[-2], frames._frame

        class Round:
            """Takes the innermost frame for the caller of each."""

            size = right.size

            @staticmethod
            def unpack_from(raw: bytes, at: int) -> tuple[int, ...]:
                """Read a frame."""
                code, _, *others = right.unpack_from(raw, at)
                return (code, innermost, *others)

        monkeypatch.setattr(frames, "_frame", Round)
        with pytest.raises(TornError, match="goes round"):
            frames.executing(innermost)


def test_tables_of_nonsense_end() -> None:
    """Any bytes are a table of lines or of handlers that comes to an end."""
    source = random.Random(3)  # noqa: S311 # the same nonsense each time
    for _ in range(300):
        table = source.randbytes(source.randrange(80))
        offset = source.randrange(400)
        assert isinstance(line_of(table, 1, offset), int)
        assert len(depths_at(table, offset)) <= 100
