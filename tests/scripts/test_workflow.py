"""The workflow is valid, runs the same command as everybody, and may do no more than it needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support import bands

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/site.yml"
JOBS = yaml.safe_load(WORKFLOW.read_text())["jobs"]


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
def test_workflow_fits_the_schema(schema: str) -> None:
    """The workflow is valid by the published schema, and each job has a time limit."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, WORKFLOW],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_actions_are_pinned_by_commit() -> None:
    """Each action is a full commit with its version in a comment."""
    uses = re.findall(r"uses: (.+)", WORKFLOW.read_text())

    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_permissions_are_least() -> None:
    """No permission by default; only the job that publishes may write, and only Pages."""
    workflow = yaml.safe_load(WORKFLOW.read_text())

    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "test": {"contents": "read"},
        "build": {"contents": "read", "pages": "read"},
        "publish": {"pages": "write", "id-token": "write"},
    }


def test_workflow_runs_the_same_command() -> None:
    """The workflow and .ci/run both call `make test`, and nothing is published before it passed."""
    commands = [step.get("run") for step in JOBS["test"]["steps"]]

    assert "make test" in commands
    assert "make test" in (ROOT / ".ci/run").read_text()
    assert JOBS["build"]["needs"] == "test"
    assert JOBS["publish"]["needs"] == "build"


def test_workflow_runs_both_sides_of_each_fact() -> None:
    """Each fact that differs between releases holds on one of those that the workflow runs."""
    releases = JOBS["test"]["strategy"]["matrix"]["python"]

    for fact in bands.facts(bands.REGISTER.read_text()):
        assert any(fact.band.holds(release) for release in releases), fact.name
    (step,) = (step for step in JOBS["test"]["steps"] if step.get("run") == "make test")
    assert step["env"] == {"PYTHON": "${{ matrix.python }}"}
