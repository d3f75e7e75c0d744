"""One measured process for each kind of executor, seen from the harness."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from examples.interpreters.harness import executors, handover

ROOT = Path(__file__).resolve().parents[3]
SHUFFLE_SEED = 7
QUIET = "ignore::UserWarning:multiprocessing.resource_tracker"


class Candidate(NamedTuple):
    """An executor with a form of hand-over."""

    kind: executors.Measured
    form: handover.Form

    def __str__(self) -> str:
        """Name it as in the results."""
        return f"{self.kind}/{self.form}"


class HostError(Exception):
    """A measured process ended by itself."""


class RefusedError(Exception):
    """A measured process could not do what it was asked; the text is the error there."""


class Remote:
    """A running `host`; leaving it ends the process, at once when an exception leaves it too."""

    def __init__(self, kind: executors.Measured) -> None:
        self._kind = kind
        # A process that is killed leaves the folder of multiprocessing behind, and its resource
        # tracker warns of what it removes. TaskIQ has a guard with a folder of its own.
        self._folder = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        extra = {} if kind == "taskiq" else {"TMPDIR": self._folder.name, "PYTHONWARNINGS": QUIET}
        # Not `-m`: workers of a process pool import the main module of their parent,
        # and would be charged for the imports of the harness.
        script = f"from examples.interpreters.harness import host; host.main({kind!r})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=os.environ | extra,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        """Give the running host."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process: after its work, or in the middle of it."""
        if error:
            self.kill()
        self.close()

    def send(self, do: str, **arguments: Any) -> None:
        """Ask for something."""
        self._stdin.write(json.dumps({"do": do} | arguments) + "\n")
        self._stdin.flush()

    def receive(self) -> Any:
        """Wait for the answer.

        Raises:
            HostError: when the process is gone.
            RefusedError: when it could not do it.

        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise HostError(f"the {self._kind} host ended with {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["result"]

    def ask(self, do: str, **arguments: Any) -> Any:
        """Ask and wait."""
        self.send(do, **arguments)
        return self.receive()

    def kill(self) -> None:
        """End the process in the middle of its work, and its workers with it.

        By SIGTERM, which the resource tracker of multiprocessing outlives: it removes what
        the others shared.
        """
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)

    def close(self) -> None:
        """End the process and wait for it."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._folder.cleanup()

    @property
    def _stdin(self) -> Any:
        return self._process.stdin


class Pools:
    """The hosts of some candidates, and of the control.

    The control is as many processes as there are workers. Each holds its share of
    the slices already and runs it directly, so that nothing is handed over: no
    executor can be faster by more than noise.

    Args:
        candidates: who is measured.
        workers: of each pool, and of the control.
        foreign: whether the function is not ours, so that a candidate may be unable to
            run it: that one is left out. Else it is an error.

    """

    def __init__(self, candidates: Iterable[Candidate], workers: int, *, foreign: bool) -> None:
        self.candidates = list(candidates)
        self.refused: dict[str, str] = {}
        self._foreign = foreign
        self._held: handover.Form = "objects" if foreign else "memoryview"
        self.workers = workers
        kinds = dict.fromkeys(one.kind for one in self.candidates)
        self.hosts = {kind: Remote(kind) for kind in kinds}
        self._control = [Remote("direct") for _ in range(workers)]
        self._random = random.Random(SHUFFLE_SEED)  # noqa: S311 # the order of a measurement

    def open(self, module: str = "") -> dict[str, float]:
        """Open all pools and give the seconds of an empty call for each.

        Args:
            module: that each worker imports as well. A kind of executor whose workers
                cannot is refused.

        """
        for host in self._control:
            host.ask("open", workers=1)
        costs = {}
        for kind, host in self.hosts.items():
            try:
                answer = host.ask("open", workers=self.workers, module=module)
                costs[str(kind)] = answer["call_cost"]
            except (RefusedError, HostError) as error:
                self.refuse({one for one in self.candidates if one.kind == kind}, error)
        return costs

    def load(self, workload: str, slice_time: float, **size: Any) -> dict[str, dict[str, Any]]:
        """Load the same slices everywhere; give digest and chunk size of each candidate.

        One that cannot take them is refused.
        """
        what = {"workload": workload, "slice_time": slice_time} | size
        for number, host in enumerate(self._control):
            host.ask("load", form=self._held, share=[number, self.workers], **what)
        loaded = {}
        for one in list(self.candidates):
            try:
                answer = self.hosts[one.kind].ask("load", form=one.form, share=[0, 1], **what)
                loaded[str(one)] = answer
            except RefusedError as error:
                self.refuse({one}, error)
        return loaded

    def refuse(self, which: Collection[Candidate], why: Exception) -> None:
        """Leave candidates of a foreign function out from now on, and remember why.

        Raises:
            Exception: `why`, when the function is ours.

        """
        if not self._foreign:
            raise why
        self.refused |= {str(one): str(why) for one in self.candidates if one in which}
        self.candidates = [one for one in self.candidates if one not in which]

    def unload(self) -> None:
        """Let go of the slices."""
        for host in [*self.hosts.values(), *self._control]:
            host.ask("unload")

    def shuffled(self) -> list[Candidate | None]:
        """Give the order of one round; None is the control."""
        order: list[Candidate | None] = [*self.candidates, None]
        self._random.shuffle(order)
        return order

    def control_round(self) -> dict[str, float]:
        """Let the processes of the control start together, and wait for the last."""
        answers = self.control("round", form=self._held)
        return {
            "start": min(answer["start"] for answer in answers),
            "end": max(answer["end"] for answer in answers),
            "user": sum(answer["user"] for answer in answers),
            "system": sum(answer["system"] for answer in answers),
        }

    def control(self, do: str, **arguments: Any) -> list[Any]:
        """Ask all processes of the control at the same time."""
        for host in self._control:
            host.send(do, **arguments)
        return [host.receive() for host in self._control]

    def kill(self) -> None:
        """End every host in the middle of its work."""
        for host in [*self.hosts.values(), *self._control]:
            host.kill()

    def close(self) -> None:
        """End every host."""
        for host in [*self.hosts.values(), *self._control]:
            host.close()


@contextlib.contextmanager
def open_pools(
    candidates: Iterable[Candidate], workers: int, *, foreign: bool = False
) -> Iterator[Pools]:
    """Open all pools in processes of their own, and end these in any case.

    When it ends by an exception, such as Ctrl-C, nothing waits for slices that run.
    """
    pools = Pools(candidates, workers, foreign=foreign)
    try:
        yield pools
    except BaseException:
        pools.kill()
        raise
    finally:
        pools.close()
