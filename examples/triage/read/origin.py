"""Whose code a file of the target holds: the application's own, a library's, or the standard one's.

Decided by what the process runs and by what was installed from where, never by the name
of a folder alone: a service that is installed as a wheel is still the application.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from examples.triage.model import Frame

# Programs that run the code of somebody else, named in their arguments.
LAUNCHERS = frozenset(
    "aiohttp arq cProfile celery coverage daphne ddtrace debugpy django dramatiq fastapi "  # noqa: SIM905 # one name a line would fill a screen
    "faststream flask gevent granian gunicorn huey hypercorn ipykernel ipykernel_launcher "
    "jupyter jupyter_server litestar locust multiprocessing newrelic notebook opentelemetry "
    "pdb profile pytest quart rq runpy sanic saq taskiq trace twist twisted uvicorn "
    "watchfiles".split()
)
APPLICATION = re.compile(r"^([A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_][\w.]*(?:\(.*\))?$")
DOTTED = re.compile(r"^[A-Za-z_]\w*(?:\.\w+)+$")
NAMES_APPLICATION = frozenset(["-A", "--app", "--application", "--factory"])
# Options of servers that name a module as well: of the server itself, or of a library.
NAMES_OTHERS = frozenset(
    "-c -k --config --http --log-config --logger-class --loop --pool --receiver --worker-class "  # noqa: SIM905 # as above
    "--ws".split()
)
CHILD_OF_MULTIPROCESSING = re.compile(r"multiprocessing[. ](?:spawn|forkserver|resource_tracker)")
COMPILED = re.compile(r"\.(?:pyx|pxd|pxi|pyd|so)\b.*$")
SUFFIX = re.compile(r"(?:/__init__|/__main__)?\.pyc?$")
PYTHON = re.compile(r"^(?:python|pypy)[\d.]*t?$")
METADATA = re.compile(r"\.dist-info/|^environment\.json$|^PEX-INFO$")
TAKES_VALUE = frozenset(["-W", "-X", "--check-hash-based-pycs"])


class Started(NamedTuple):
    """What a command line runs.

    Attributes:
        script: path of a script, an archive or a folder; empty without one.
        module: what ``-m`` runs; empty without it.
        text: whether the code is in the command line (``-c``) or comes by standard input.
        rest: arguments of the program.

    """

    script: str
    module: str
    text: str
    rest: tuple[str, ...]


def started(argv: Sequence[str]) -> Started:
    """Take the command line of a Python process apart."""
    words = list(argv[1:])
    if argv and not PYTHON.match(os.path.basename(argv[0])):  # noqa: PTH119 # of another machine
        # A program with Python inside, or a title such as "gunicorn: worker [app:app]".
        program, _, title = argv[0].partition(": ")
        return Started(program, "", "", (*re.findall(r"[^\s\[\]]+", title), *words))
    while words:
        word = words.pop(0)
        if word in TAKES_VALUE:
            words[:1] = []
        elif re.match(r"^-[A-Za-z]*m$", word):
            return Started("", words[0] if words else "", "", tuple(words[1:]))
        elif re.match(r"^-[A-Za-z]*c$", word):
            return Started("", "", "-c", tuple(words[1:]))
        elif word == "-":
            return Started("", "", "-", tuple(words))
        elif not word.startswith("-"):
            return Started(word, "", "", tuple(words))
    return Started("", "", "-", ())


class Origins:
    """Tells own code from libraries, for the files of one process."""

    def __init__(
        self,
        pid: int,
        command_lines: Iterable[Sequence[str]],
        cwd: str = "",
        own: Sequence[str] = (),
    ) -> None:
        """Look at what the process runs.

        Args:
            pid: the process, through whose root its files are found.
            command_lines: arguments of the process, then of its parents: that of a child of
                multiprocessing says nothing, so the next one decides.
            cwd: its working directory, from which relative paths are meant.
            own: further top-level packages, or path prefixes, that are own code.

        """
        self._root = pathlib.Path("/proc") / str(pid) / "root"
        self._cwd = cwd
        self._prefixes = tuple(name for name in own if "/" in name)
        self._own = {name.partition(".")[0] for name in own if "/" not in name}
        self._files: dict[str, tuple[str, bool]] = {}
        self._frames: dict[tuple[str, int, str], Frame] = {}
        self._sites: dict[str, dict[str, bool] | None] = {}
        self._standard: dict[str, bool] = {}
        self._archives: dict[str, dict[str, bytes]] = {}
        self._text = ""
        self._wrapper = ""  # a console script, which an installer wrote
        for argv in command_lines:
            if argv and not CHILD_OF_MULTIPROCESSING.search(" ".join(argv)):
                self._add(started(argv))
                break

    def place(self, file: str, line: int, function: str) -> Frame:
        """Give the place with its module, and whether it is own code."""
        key = (file, line, function)
        frame = self._frames.get(key)
        if frame is None:
            if file not in self._files:
                self._files[file] = self._sort(file)
            module, own = self._files[file]
            frame = self._frames[key] = Frame(file, line, function, module, own)
        return frame

    def _add(self, run: Started) -> None:
        self._text = run.text
        module = run.module.partition(".")[0]
        if run.script:
            module = self._imported_by(run.script)
            if module:
                self._wrapper = self._absolute(run.script)
            else:
                module = self._packed_in(run.script) or _installed_name(run.script)
        if module in LAUNCHERS:
            self._own.update(_applications(run.rest))
        elif module:
            self._own.add(module)

    def _imported_by(self, script: str) -> str:
        """Give the package that a console script imports, if `script` is one."""
        with contextlib.suppress(OSError):
            with self._find(self._absolute(script)).open("rb") as file:
                head = file.read(4096).decode(errors="replace")
            if head.startswith("#!") or re.search(r"(?:^|/)s?bin/[^/]+$", script):
                found = re.search(r"^\s*from ([A-Za-z_]\w*)[\w.]* import ", head, re.MULTILINE)
                if found and "sys.exit(" in head:
                    return found[1]
        return ""

    def _packed_in(self, script: str) -> str:
        """Give the package that an archive or a folder of shiv or pex starts, if it is one."""
        home = self._absolute(script)
        for name in ("environment.json", "PEX-INFO"):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                entry = json.loads(self._text_of(f"{home}/{name}")).get("entry_point") or ""
                return re.split(r"[.:]", entry)[0]
        return ""

    def _sort(self, file: str) -> tuple[str, bool]:
        """Give the module of a file, and whether it is own code."""
        if file.startswith("<") or not self._is_file(file):
            return self._sort_generated(file)
        if COMPILED.search(file) and not file.startswith("/"):
            module = COMPILED.sub("", file).replace("/", ".")
            return module, module.partition(".")[0] in self._own
        path = self._absolute(file)
        if path == self._wrapper or (path.startswith(self._prefixes) and self._prefixes):
            return _dotted(path.rpartition("/")[2]), path != self._wrapper
        for folder in _folders(path):
            if _is_site(folder) or self._site(folder):
                inside = path[len(folder) + 1 :]
                return _dotted(inside), self._is_own(folder, inside)
            if self._is_standard(folder):
                inside = path[len(folder) + 1 :]
                return _dotted(inside), False
        return self._application_module(path), True

    def _is_file(self, file: str) -> bool:
        """Whether a name may be that of a file: with a path or an ending, or there is one."""
        return bool(re.search(r"[/.]", file)) or self._find(self._absolute(file)).is_file()

    def _sort_generated(self, file: str) -> tuple[str, bool]:
        """Do the same for code that was made at run time.

        Compiled code may have no file at all, as that of asyncpg's protocol, and a library may
        compile code as a file of any name, as Sanic does with methods of its own.
        """
        frozen = re.match(r"^<frozen ([\w.]+)>$", file)
        typed = {"-c": "<string>", "-": "<stdin>"}.get(self._text, "")
        ours = file == typed != "" or file.startswith(
            ("<ipython-input", "<console>", "<python-input")
        )
        return (frozen[1] if frozen else ""), ours

    def _is_own(self, folder: str, inside: str) -> bool:
        top = _dotted(inside).partition(".")[0]
        installed = self._site(folder) or {}
        # What no distribution claims lies there by itself, as own code beside its packages does.
        return top in self._own or installed.get(top, not _is_site(folder))

    def _site(self, folder: str) -> dict[str, bool] | None:
        """Map the packages installed in a folder to whether they came from a path.

        Returns:
            None for a folder that no installer has written to.

        """
        if folder not in self._sites:
            found: dict[str, bool] = {}
            for info in self._listed(folder):
                if info.endswith(".dist-info"):
                    home = f"{folder}/{info}"
                    local = self._from_path(home)
                    for top in self._packages(home):
                        found[top] = found.get(top, False) or local
            self._sites[folder] = found or None
        return self._sites[folder]

    def _from_path(self, info: str) -> bool:
        """Whether a distribution was installed from a folder or a file: PEP 610."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            origin = json.loads(self._text_of(f"{info}/direct_url.json"))
            return str(origin.get("url", "")).startswith("file:")
        return False

    def _packages(self, info: str) -> set[str]:
        """List the top-level names that a distribution installed."""
        found = set()
        for line in self._text_of(f"{info}/RECORD").splitlines():
            top = line.partition(",")[0].partition("/")[0]
            if top and not top.endswith((".dist-info", ".pth")) and top != "..":
                found.add(top.partition(".")[0])
        return found

    def _is_standard(self, folder: str) -> bool:
        if folder not in self._standard:
            files = ("os.py", "threading.py", "selectors.py")
            seen = [self._find(f"{folder}/{name}").is_file() for name in files]
            # Where its files cannot be seen, the usual name of the folder has to do.
            hidden = re.search(r"/lib(?:64)?/python3\.\d+t?$", folder) is not None
            self._standard[folder] = all(seen) or (hidden and not self._find(folder).exists())
        return self._standard[folder]

    def _application_module(self, path: str) -> str:
        """Name a module of the application, from the outermost package that holds it."""
        folder = path.rpartition("/")[0]
        while folder and self._find(f"{folder}/__init__.py").is_file():
            folder = folder.rpartition("/")[0]
        return _dotted(path[len(folder) + 1 :])

    def _listed(self, folder: str) -> list[str]:
        with contextlib.suppress(OSError):
            return [entry.name for entry in self._find(folder).iterdir()]
        archive, inside = self._archive(f"{folder}/")
        names = (name[len(inside) :] for name in archive if name.startswith(inside))
        return sorted({name.partition("/")[0] for name in names})

    def _text_of(self, path: str) -> str:
        with contextlib.suppress(OSError):
            return self._find(path).read_text(errors="replace")
        archive, inside = self._archive(path)
        return archive.get(inside, b"").decode(errors="replace")

    def _archive(self, path: str) -> tuple[dict[str, bytes], str]:
        """Give the metadata in the zip file that `path` lies in, and the path inside of it."""
        for above in _folders(path):
            if above in self._archives:
                return self._archives[above], path[len(above) + 1 :]
            with contextlib.suppress(OSError, zipfile.BadZipFile):
                if self._find(above).is_file():
                    with zipfile.ZipFile(self._find(above)) as file:
                        self._archives[above] = {
                            name: file.read(name) if METADATA.search(name) else b""
                            for name in file.namelist()
                        }
                    return self._archives[above], path[len(above) + 1 :]
        return {}, ""

    def _find(self, path: str) -> pathlib.Path:
        return self._root / path.lstrip("/")

    def _absolute(self, path: str) -> str:
        return os.path.normpath(path if path.startswith("/") else f"{self._cwd}/{path}")


def _applications(words: Sequence[str]) -> Iterable[str]:
    """Give the packages of the application that the arguments of a server name."""
    for flag, word in zip(("", *words), words):  # not in 3.9
        name, _, value = word.partition("=")
        named = APPLICATION.match(word)
        if flag in NAMES_OTHERS:
            continue
        if named:
            yield named[1].partition(".")[0]
        elif flag in NAMES_APPLICATION and re.match(r"^[A-Za-z_][\w.]*$", word):
            yield word.partition(".")[0]
        elif name in NAMES_APPLICATION and value:
            yield re.split(r"[.:]", value)[0]
        elif DOTTED.match(word) and not word.endswith((".py", ".toml", ".json", ".ipynb")):
            # Such as the settings of arq, or the modules of TaskIQ.
            yield word.partition(".")[0]


def _folders(path: str) -> Iterable[str]:
    """Give the folders above a file, the nearest first."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _installed_name(script: str) -> str:
    """Name the package of a script that was installed, or the launcher that it is."""
    for site in _folders(script):
        if _is_site(site):
            return _dotted(script[len(site) + 1 :]).partition(".")[0]
    name = script.rpartition("/")[2].partition(".")[0].replace("-", "_")
    return name if name in LAUNCHERS and not script.endswith(".py") else ""


def _is_site(folder: str) -> bool:
    return folder.endswith(("/site-packages", "/dist-packages"))


def _dotted(path: str) -> str:
    return SUFFIX.sub("", COMPILED.sub("", path)).strip("/").replace("/", ".")
