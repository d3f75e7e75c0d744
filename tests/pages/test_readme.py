"""README.md says what is true of the tree."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts import picture

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def tracked() -> set[str]:
    """Return the top level of the tree, folders with a slash, without dot files."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    tops = {name.split("/")[0] + "/" * ("/" in name) for name in listing}
    return {top for top in tops if top.endswith("/") or not top.startswith(".")}


def test_the_layout_block_equals_the_tree() -> None:
    """The layout block lists each entry of the top level, and nothing else."""
    (layout,) = (body for language, body in FENCES if language == "text" and "README.md" in body)
    # Words that are entries of the tree; what stands after two spaces explains them.
    entries = [line.split("   ")[0] for line in layout.splitlines()]
    listed = [name for line in entries for name in line.split()]

    hidden = {".ci/", ".github/"}

    assert sorted(set(listed) - hidden) == sorted(tracked() - hidden), "bring it up to date"


def test_the_picture_shows_the_captured_output(request: pytest.FixtureRequest) -> None:
    """What the front page shows is drawn from what a test compared with a real run."""
    drawn = picture.picture(picture.OUTPUT.read_text())
    if request.config.getoption("--update-outputs"):
        picture.PICTURE.write_text(drawn)

    assert picture.PICTURE.read_text() == drawn, "run 'python -m scripts.picture'"
    assert f"]({picture.PICTURE.relative_to(ROOT)})" in README


def test_every_command_is_a_target_of_make() -> None:
    """A reader who copies a command gets what the text promises."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [body.split() for language, body in FENCES if language == "bash"]

    assert [word for word, *_ in commands] == ["make"] * len(commands)
    assert [target for _, target in commands] == ["triage", "serve", "test"]
    named = set(re.findall(r"`(?:PYTHON=\S+ )?make ([a-z-]+)`", README))
    assert named | {target for _, target in commands} <= targets
    assert {"bundle", "check", "drill"} <= named


def test_every_link_leads_to_a_file() -> None:
    """Relative links of README.md and CONTRIBUTING.md resolve, but for those to GitHub's pages."""
    for name in ("README.md", "CONTRIBUTING.md"):
        for link in re.findall(r"\]\((?!http|\.\./\.\./)([^)#]+)", (ROOT / name).read_text()):
            assert (ROOT / link).exists(), f"{name} links to {link}, which does not exist"


def test_badges_and_pages_of_the_repository_are_its_own() -> None:
    """Workflow, releases, licence and deployment are those that the repository configures."""
    workflow = (ROOT / ".github/workflows/site.yml").read_text()
    jobs = yaml.safe_load(workflow)["jobs"]
    releases = jobs["test"]["strategy"]["matrix"]["python"]
    of_github = set(re.findall(r"\]\(\.\./\.\./([^)?]+)", README))

    assert of_github == {
        "actions/workflows/site.yml",
        "actions/workflows/site.yml/badge.svg",
        f"deployments/{jobs['publish']['environment']['name']}",
    }
    assert f"/badge/CPython-{'%20%7C%20'.join(releases)}-blue" in README
    assert f"![CPython {' and '.join(releases)}]" in README
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n")
    assert "/badge/licence-MIT-blue" in README


def test_the_changelog_has_the_version() -> None:
    """The release that pyproject.toml names is a heading, with its date, below what comes next."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", headings[1])


def test_the_changelog_keeps_its_form() -> None:
    """Each version has its parts once, in order, and each part is one list without gaps."""
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    _, *versions = (ROOT / "CHANGELOG.md").read_text().split("\n## ")
    for version in versions:
        heading, *parts = version.split("\n### ")
        names = [part.partition("\n")[0] for part in parts]
        assert names == [kind for kind in kinds if kind in names], heading
        for part in parts:
            _, blank, *lines = part.rstrip("\n").split("\n")
            assert blank == ""
            assert [line for line in lines if not line.startswith("- ")] == [], (
                f"{heading}: {part[:9]}"
            )
