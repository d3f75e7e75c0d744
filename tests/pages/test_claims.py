"""What a page says of an output beside it, the output shows."""

import json
import re
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from examples.interpreters.harness import serialization
from examples.interpreters.workloads import kernel
from tests.support import claims, pages, strips
from tests.support.claims import Claim
from tests.support.transcripts import ROOT

CANDIDATES = "docs/concurrency/candidates.md"
REDIS = "examples/interpreters/lessons/redis_client.out"
CLAIMS = [
    Claim(
        CANDIDATES,
        "A client made inside works, but `_RESP3Parser` is redis-py's parser in pure Python",
        REDIS,
        r"a client made inside has the parser\n    '_RESP3Parser'\n",
    ),
    Claim(
        CANDIDATES,
        "From a module that imports psutil, the same function ends with"
        " `NotShareableError: args not shareable`",
        REDIS,
        r"from a module that imports psutil\n    NotShareableError: args not shareable\n",
    ),
    Claim(
        CANDIDATES,
        "[no: it crosses nowhere, and one made inside is slower](#a-redis-client)",
        "examples/interpreters/results/compatibility.md",
        r"\| redis \|.*falls back.*times",
    ),
    Claim(
        "adr/0006-keep-io-outside-interpreters.md",
        "made inside an interpreter works only if every import of its module loads there",
        REDIS,
        r"a client made inside has the parser\n    '_RESP3Parser'\n",
    ),
]


RESULTS = ROOT / "examples/interpreters/results"


def results(name: str = "bench.json") -> dict[str, Any]:
    """Read the results of a committed run."""
    found: dict[str, Any] = json.loads((RESULTS / name).read_text())
    return found


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.sentence[:40])
def test_output_shows_what_the_page_says(claim: Claim) -> None:
    """The sentence stands on its page, and the output beside it shows the same."""
    claims.check(claim)


def test_hand_over_takes_as_long_as_its_parts() -> None:
    """A trip of objects takes longer than the `repr()` within it, or the page says why not."""
    (cell,) = (one for one in results()["hand_over"]["cells"] if one["payload"] == 1_000_000)
    (part,) = (
        row
        for row in results()["serialization"]["rows"]
        if (row["payload"], row["what"]) == (1_000_000, "objects, discarded: repr")
    )
    trip = median(cell["candidates"]["interpreter/objects"]["hand_overs"])
    page = (ROOT / "docs/concurrency/hand-over.md").read_text()

    assert (trip < median(part["seconds"])) == ("the round trips carried zeros" in page)


@pytest.mark.parametrize("payload", [1000, 100_000])
def test_every_measurement_has_the_same_payload(payload: int) -> None:
    """What travels is what the micro-benchmark serializes: its text is as long."""
    sent = kernel.slice_of(10, payload).tolist()
    timed = serialization.cases(payload)["packed, to objects: tolist"][0]()

    assert isinstance(timed, list)
    assert sent[1:] == timed[1:]
    assert len(repr(sent)) > 14 * len(sent)


def test_page_of_an_open_loop_says_which_requests_are_long() -> None:
    """The requests that are long by design stand beside the percentiles, none of a single one."""
    text = (RESULTS / "open_loop.md").read_text()
    measured = results()["open_loop"]

    assert f"one in {measured['long_every']} for {measured['long_ms']} ms" in text
    for percent in re.findall(r"p([\d.]+), ms", text):
        assert measured["requests"] * (100 - float(percent)) / 100 >= 5, percent


def test_machine_shows_the_load_of_both_runs() -> None:
    """A page that counts two runs together shows on what both were measured."""
    text = (RESULTS / "machine.md").read_text()
    for name in ("bench.json", "bench-again.json"):
        run = results(name)
        assert run["date"] in text
        assert f"| {run['machine']['load_before']} |" in text


def test_size_that_loses_is_not_called_noise() -> None:
    """Where TaskIQ takes longer by its whole interval, the page says so in plain words."""
    text = (RESULTS / "scale_out.md").read_text()

    assert "noise" not in text
    (low,) = re.findall(r"takes [\d.]+ \(([\d.]+) to [\d.]+\) times as long", text)
    assert float(low) > 1


def test_start_up_of_a_process_pool_names_its_conditions() -> None:
    """A forked pool and a second one start faster than interpreters, so the table says which."""
    first = {
        (row["kind"], row["module"], row["preload"]): median(row["first"])
        for row in results()["start_up"]["rows"]
    }
    assert first["fork", "light", False] < first["interpreter", "light", False]
    (row,) = (
        line
        for line in (ROOT / "docs/concurrency/decision-table.md").read_text().splitlines()
        if line.startswith("| Start-up cost |")
    )

    assert "the highest, for the first pool and the default start method" in row


@pytest.mark.parametrize("page", pages.site_pages(), ids=pages.name)
def test_strip_stands_with_its_outputs(page: Path) -> None:
    """A strip dates captured outputs, so no measured result with a date of its own is between."""
    before = ""
    for path, _ in pages.INCLUDE.findall(page.read_text()):
        is_measured = "/results/" in path and path.endswith((".md", ".svg"))
        assert not (is_measured and before == strips.REGISTER), (
            f"{path}: put the strip beside the outputs that it dates"
        )
        before = path


def test_home_page_has_the_verdicts_of_today() -> None:
    """The line on the home page names each workload under the verdict that the gate gives it."""
    verdicts: dict[str, list[str]] = {"adopt": [], "do not adopt": [], "undecided": []}
    for line in (RESULTS / "verdicts.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[3] in verdicts:
            verdicts[cells[3]].append(cells[0])
    line = "; ".join(f"{word} for {', '.join(names)}" for word, names in verdicts.items() if names)

    assert f"(concurrency/gate.md): {line}.\n" in (ROOT / "docs/index.md").read_text()
