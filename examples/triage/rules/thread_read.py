"""The rule about units of work in threads that wait for the network without a timeout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from examples.triage.case import ENDING, LIKELY, LONG, POSSIBLE, Case
from examples.triage.executors import Executors
from examples.triage.model import Thread
from examples.triage.places import place_of
from examples.triage.rules.outbound import BARE
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waits.index import root_of, wait_of
from examples.triage.wording import counted, spoken

# Where the kernel keeps a thread whose socket has no timeout: Python polls one that has.
WITHOUT_TIMEOUT = (
    "inet_stream_connect",
    "inet_wait_for_connect",
    "sk_stream_wait_memory",
    "sk_wait_data",
    "unix_stream",
    "wait_woken",
)


class ThreadRead(Rule):
    """A request or a job in a thread waits for an answer, and its socket has no timeout."""

    id = "thread-read"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = (
        "Requests or jobs that run in threads sleep in a socket without a timeout, while the other"
        " side owes an answer."
    )
    sentence = "Missing timeout on outbound I/O: nothing ends the wait of this thread."
    why = (
        "Python polls a socket that has a timeout, and calls the kernel at once for one that has"
        " none, so the function of the kernel tells them apart."
        " A library that waits for new work is left out, and so is a session that may listen."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"1 thread, throughout; likely for {self.several} threads, or a silence of twice as"
            f" long, from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each thread with a unit of work where it sleeps."""
        executors = Executors(case)
        found: dict[tuple[str, str], list[Thread]] = defaultdict(list)
        for thread in case.last.threads.values() if case.last and case.samples > 1 else ():
            if executors.stands(thread) and self._waits(thread):
                place = place_of(thread.stack)
                found[place.file, place.function].append(thread)
        ages = case.unanswered()
        for threads in found.values():
            if len(ages) >= len(threads):
                case.explained_threads |= {thread.id for thread in threads}
                yield self._found(case, threads, ages[len(threads) - 1])

    @staticmethod
    def _waits(thread: Thread) -> bool:
        """Whether a unit of work sleeps in a socket that has no timeout."""
        root, wait = root_of(thread.stack), wait_of(thread.stack)
        if root is None:
            return False
        if root[0].unit not in ENDING and (wait is None or wait[0].new_work):
            return False  # a session may listen to its client
        if wait is not None and wait[0].new_work:
            library = thread.stack[wait[1]].module.partition(".")[0]
            if library not in BARE:
                return False
        return any(name in thread.channel for name in WITHOUT_TIMEOUT)

    def _found(self, case: Case, threads: list[Thread], silence: float) -> Finding:
        root = root_of(threads[0].stack)
        unit = root[0].unit if root else "thread"
        is_old = silence >= 2 * LONG or (silence >= LONG and len(threads) >= self.several)
        evidence = (
            case.throughout(f"{counted(len(threads), unit)} slept in a socket without a timeout"),
            f"the other side owes an answer for {spoken(silence)}",
        )
        return self.finding(
            place_of(threads[0].stack),
            LIKELY if is_old else POSSIBLE,
            evidence,
            count=len(threads),
        )
