"""Which test files start no service and build no site, and so run in ``make check``.

A file does so when it, or a module of the tests that it uses, names one of the means to it:
a new file needs no entry in any list.
"""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS = re.compile(
    r"\b(?:Popen|playwright|psutil|transcript: Callable|transcripts\.(?:run|check)\("
    r"|create_subprocess_\w+|\w+PoolExecutor|multiprocessing|forkserver|built_site|mkdocs\("
    r"|lab\.(?:uvicorn|redis|taskiq|run|play)\()|tests\.triage\.(?:confusion|waits\.programs)"
)
IMPORT = re.compile(r"^from (tests[\w.]*) import \(?([\w, \n]+)", re.MULTILINE)


@cache
def starts_no_service(file: Path) -> bool:
    """Tell whether nothing in a test file, or in what it uses, does so."""
    text = file.read_text()
    return not STARTS.search(text) and all(map(starts_no_service, _used(text)))


def _used(text: str) -> list[Path]:
    """Give the modules of the tests that the text imports."""
    names = [
        name
        for package, imported in IMPORT.findall(text)
        for name in (package, *(f"{package}.{each}" for each in re.findall(r"\w+", imported)))
    ]
    files = [ROOT / f"{name.replace('.', '/')}.py" for name in names]
    return [file for file in files if file.is_file() and file.name != "transcripts.py"]
