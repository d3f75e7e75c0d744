"""Results as JSON that a reader, and a difference between two runs, can follow."""

import json
import re
from pathlib import Path

NUMBERS = re.compile(r"\[\s+([-+.\deE]+(?:,\s+[-+.\deE]+)*)\s+\]")


def rounded(results: object) -> object:
    """Cut every float to seven significant digits, more than any clock here gives."""
    match results:
        case dict():
            return {name: rounded(value) for name, value in results.items()}
        case list():
            return [rounded(value) for value in results]
        case float():
            return float(f"{results:.7g}")
    return results


def write(file: Path, results: object) -> None:
    """Write results, an array of numbers on one line.

    Args:
        file: to write.
        results: data that JSON can hold.

    Raises:
        OSError: when it cannot be written.

    """
    text = json.dumps(rounded(results), indent=1)
    text = NUMBERS.sub(lambda array: f"[{' '.join(array[1].split())}]", text)
    file.write_text(f"{text}\n")
