"""The file that the harness writes."""

import json
from pathlib import Path

from examples.interpreters.harness import output


def test_an_array_of_numbers_is_one_line(tmp_path: Path) -> None:
    """Results are read and compared by people: a value a line hides them."""
    file = tmp_path / "results.json"
    results = {"values": [0.1, -2e-05, 3], "names": ["a", "b"], "rows": [{"none": []}]}

    output.write(file, results)

    assert ' "values": [0.1, -2e-05, 3],' in file.read_text().splitlines()
    assert json.loads(file.read_text()) == results


def test_floats_keep_seven_digits(tmp_path: Path) -> None:
    """More digits than a clock has are noise."""
    file = tmp_path / "results.json"

    output.write(file, {"seconds": 0.12345678901})

    assert json.loads(file.read_text()) == {"seconds": 0.1234568}
