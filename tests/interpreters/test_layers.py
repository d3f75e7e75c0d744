"""The examples of interpreters import downwards only, and the contract sees when they do not."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "examples/interpreters/layers.toml"


def lint(contract: Path) -> tuple[int, str]:
    """Check the imports of the tree against a contract; give the exit status and the report."""
    command = ["lint-imports", "--no-logo", str(contract)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_imports_go_down() -> None:
    """Each layer imports only what lies below it."""
    status, report = lint(CONTRACT)
    assert status == 0, report


def test_an_import_that_goes_up_is_found(tmp_path: Path) -> None:
    """With the harness below what it uses, the contract is broken and the import is named."""
    layers = CONTRACT.read_text()
    top, bottom = '  "harness | report",\n', '  "analysis | workloads",\n'
    planted = tmp_path / "layers.toml"
    planted.write_text(layers.replace(top + bottom, bottom + top))
    status, report = lint(planted)
    assert status == 1
    assert "harness is not allowed to import examples.interpreters." in " ".join(report.split())


def test_a_new_folder_has_to_be_given_a_layer(tmp_path: Path) -> None:
    """A module that the contract does not name breaks it."""
    planted = tmp_path / "layers.toml"
    planted.write_text(CONTRACT.read_text().replace("rank | ", ""))
    status, report = lint(planted)
    assert status == 1
    assert "examples.interpreters.rank" in report
