"""From the home page to the name of a cause it is never far."""

import tomllib
from pathlib import Path

import pytest

from tests.site.built import ROOT, Site
from tests.site.walks import Walk, walk

INCIDENTS = tomllib.loads((ROOT / "examples/incidents/incidents.toml").read_text())
FARTHEST = Walk(pages=3, clicks=3, commands=4)
# From outside nothing shows; a look from inside comes last, and needs consent.
MORE_COMMANDS = {"dead_broadcaster": 9}


@pytest.mark.parametrize("name", INCIDENTS)
def test_cause_is_three_pages_from_home(built_site: Site, name: str) -> None:
    """By the card of its symptom, three pages and four commands name the cause of an incident."""
    incident = INCIDENTS[name]
    walked = walk(built_site, incident["symptom"], name, incident["cause"])

    assert walked.pages <= FARTHEST.pages, walked
    assert walked.clicks <= FARTHEST.clicks, walked
    assert walked.commands <= MORE_COMMANDS.get(name, FARTHEST.commands), walked


HOME = '<article><a href="runbook/symptoms/s/">card</a></article>'
SYMPTOM = '<article>{}<a href="../../incidents/i/">incident</a></article>'
COMMAND = '<div class="language-bash highlight"><pre><code>one\ntwo\n</code></pre></div>'
OUTPUT = '<div class="no-copy highlight"><pre><code>  1. {} (likely), 2 tasks</code></pre></div>'


def planted(folder: Path, cause: str) -> Site:
    """Write a site of three pages whose incident names a cause."""
    incident = f'<article><a href="../../../triage.py">it</a>{COMMAND}{OUTPUT.format(cause)}'
    pages = {
        "": HOME,
        "runbook/symptoms/s/": SYMPTOM.format(COMMAND),
        "runbook/incidents/i/": f"{incident}{COMMAND}</article>",
    }
    for address, html in pages.items():
        (folder / address).mkdir(parents=True, exist_ok=True)
        (folder / address / "index.html").write_text(f"<!doctype html><title>x</title>{html}")
    return Site(folder)


def test_walk_counts_what_comes_before_the_name(tmp_path: Path) -> None:
    """Commands above the next link and above the output that names the cause count, no others."""
    assert walk(planted(tmp_path, "starvation"), "s", "i", "starvation") == Walk(3, 3, 4)


def test_cause_that_no_output_names_is_seen(tmp_path: Path) -> None:
    """A page whose outputs name another cause is no way to this one."""
    with pytest.raises(AssertionError, match="names starvation"):
        walk(planted(tmp_path, "cpu-bound"), "s", "i", "starvation")
