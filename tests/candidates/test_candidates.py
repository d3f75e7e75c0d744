"""The scripts behind the decision table and the candidates print what the pages show."""

import array
import json
import time
from collections.abc import Callable
from concurrent.futures import InterpreterPoolExecutor

import pytest

from examples.candidates import figures, measure, request_path, work
from tests.support.transcripts import ROOT

HERE = "examples/candidates"


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / HERE).glob("*.out")), ids=str)
def test_output(transcript: Callable[..., None], name: str) -> None:
    """Each script behaves now as it did when its output was captured."""
    transcript(f"{HERE}/{name}.out")


def measured(name: str) -> dict[str, dict[str, float]]:
    """Read the figures of a committed file."""
    document = json.loads((ROOT / HERE / name).read_text())

    assert document["schema"] == figures.SCHEMA
    assert document["python"].startswith("3.14.")
    found: dict[str, dict[str, float]] = document["figures"]
    return found


def test_measured_figures_order_the_tools() -> None:
    """The committed figures say what the decision table says in words."""
    found = measured("measured.json")

    assert list(found) == list(measure.TITLES)
    assert found["start_up"]["thread"] < found["start_up"]["interpreter"]
    assert found["start_up"]["interpreter"] < found["start_up"]["process"]
    assert found["per_call"]["interpreter"] < found["per_call"]["process"]
    assert found["waits"]["asyncio"] < found["waits"]["thread"] / 2
    assert found["lag"]["asyncio"] > 10 * found["lag"]["interpreter"]
    assert found["list"]["interpreter"] > found["list"]["process"]
    assert found["packed"]["interpreter"] < found["packed"]["process"]
    assert found["speed_up_2"]["thread"] < 1.2
    assert min(found["speed_up_2"][tool] for tool in ("process", "interpreter")) > 1.6
    # Workers beyond the CPUs of the machine bring nothing more.
    assert found["speed_up_4"]["process"] < 1.2 * found["speed_up_2"]["process"]
    assert found["speed_up_4"]["interpreter"] < 1.2 * found["speed_up_2"]["interpreter"]


def test_request_path_pays_for_the_pool() -> None:
    """A request in a pool that is busy with a batch waits many times longer."""
    found = measured("request_path.json")["request"]

    assert found["direct"] <= found["idle pool"] < found["busy pool"] / 10


def test_busy_pool_delays_requests_here_and_now() -> None:
    """The delay is measured again with a real service and real requests."""
    found = request_path.measure()["request"]

    assert found["busy pool"] > 3 * found["idle pool"]


def test_form_of_the_hand_over_decides_here_and_now() -> None:
    """A packed batch reaches an interpreter several times faster than a list of objects."""
    floats = [float(number) for number in range(measure.FLOATS)]
    packed = memoryview(array.array("d", floats))
    with InterpreterPoolExecutor(1) as pool:
        assert pool.submit(work.total, packed).result() == sum(floats)
        assert measure.hand_over(pool, floats) > 2 * measure.hand_over(pool, packed)


def test_waits_run_side_by_side_in_a_loop() -> None:
    """Many waits take the time of one in a loop, and of several rounds in threads."""
    start = time.perf_counter()
    together = measure.waits("asyncio")

    assert together < measure.waits("thread")
    assert time.perf_counter() - start < measure.WAITS * measure.WAIT
