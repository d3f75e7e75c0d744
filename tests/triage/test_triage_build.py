"""The modules of triage become one file that does the same."""

import ast
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.build_triage import BuildError, built, write
from tests.support.transcripts import ROOT
from tests.triage.reports import TRIAGE, piped

OLDEST = (3, 9)
CAPTURES = ROOT / "tests/triage/captures"
MAIN = "import sys\nfrom examples.triage.cli import main\nsys.exit(main())\n"


def checkout(folder: Path, **modules: str) -> Path:
    """Write a package of modules with one `__main__`, and give its checkout."""
    package = folder / "examples/triage"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(MAIN)
    for name, source in modules.items():
        (package / f"{name}.py").write_text(source)
    return folder


def printed(text: str) -> str:
    """Run a built file, and give what it prints."""
    return subprocess.check_output([sys.executable, "-c", text], text=True, timeout=300)


@pytest.mark.parametrize("options", [(), ("--json",), ("--tree",)], ids=str)
def test_package_built_file_and_piped_file_are_one(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """The package, the file and the file on standard input print the same about a capture."""
    capture = tmp_path / "lock_convoy.json"
    capture.write_bytes(lzma.decompress((CAPTURES / f"{capture.name}.xz").read_bytes()))
    ways = ["-m", "examples.triage"], [TRIAGE], ["-"]
    outputs = [piped(sys.executable, *way, *options, capture) for way in ways]

    assert [done.returncode for done in outputs] == [1, 1, 1], outputs
    assert len(outputs[0].stdout) > 200
    assert [done.stdout for done in outputs] == [outputs[0].stdout] * 3


def test_module_stands_after_what_it_imports(tmp_path: Path) -> None:
    """Definitions come in the order of the imports, and a file beside a module goes with it."""
    root = checkout(
        tmp_path,
        cli="from examples.triage.low import TEXT, number\n\ndef main():\n"
        "    print(number() + 1, TEXT)\n",
        low='"""Low."""\nfrom pathlib import Path\nTEXT = Path(__file__).with_name("beside.py")'
        ".read_text()\n\n\ndef number():\n    return 1\n",
        beside="print('beside')\n",
    )

    assert printed(built(root)) == "2 print('beside')\n\n"


def test_lines_have_the_numbers_of_the_file(tmp_path: Path) -> None:
    """A traceback points at the line of the built file, although the program is a string."""
    root = checkout(tmp_path, cli="def main():\n    raise SystemError  # here\n")
    output = tmp_path / "out/triage.py"
    write(output, root)
    done = subprocess.run(
        [sys.executable, str(output)], capture_output=True, text=True, check=False, timeout=300
    )

    number = next(
        n for n, line in enumerate(output.read_text().splitlines(), 1) if "# here" in line
    )
    assert f'File "{output}", line {number}, in main' in done.stderr


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (
            {"cli": "from examples.triage.a import Y\nX = 1\n", "a": "X, Y = 2, 3\n"},
            "cli.py and a.py both define X",
        ),
        (
            {"cli": "from examples.triage.a import Y\njson = 1\n", "a": "import json\nY = 1\n"},
            "cli.py and an import both define json",
        ),
        ({"cli": "MODULES = 1\n"}, "cli.py and the head of the file both define MODULES"),
        ({"cli": "from examples.triage.a import X as Y\n", "a": "X = 2\n"}, "import ... as"),
        ({"cli": "from examples.triage.a import X\n"}, "a: import names from modules"),
        ({"cli": "X = '''text'''\n"}, "three single quotes"),
    ],
)
def test_what_one_file_cannot_have(tmp_path: Path, modules: dict[str, str], message: str) -> None:
    """What would mean something else in one file than in modules ends the build."""
    with pytest.raises(BuildError, match=message):
        built(checkout(tmp_path, **modules))


def test_oldest_python_can_parse_it() -> None:
    """The program keeps to the syntax of the oldest Python that triage runs on."""
    (modules,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(Path(TRIAGE).read_text(), feature_version=OLDEST).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES"
    )

    assert len(modules) > 100
    for module in modules:
        ast.parse(module, feature_version=OLDEST)


OLD = sorted(Path.home().glob(".pyenv/versions/*/bin/python"))


@pytest.mark.parametrize(
    "python",
    [path for path in OLD if path.parts[-3] < "3.9" and not path.parts[-3].startswith("3.1")]
    or [pytest.param("", marks=pytest.mark.skip("the system has no Python older than 3.9"))],
    ids=str,
)
def test_python_that_is_too_old(python: Path) -> None:
    """A Python too old even to parse the program says so in one line, with the status of usage."""
    done = subprocess.run(
        [python, TRIAGE, "1"], capture_output=True, text=True, check=False, timeout=300
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: triage needs Python 3.9 or later\n"


def test_builds_are_equal(tmp_path: Path) -> None:
    """The same modules give the same bytes, so that a published SHA-256 can be checked."""
    assert write(tmp_path / "one.py") == write(tmp_path / "two.py")
    assert (tmp_path / "one.py").read_bytes() == (tmp_path / "two.py").read_bytes()
