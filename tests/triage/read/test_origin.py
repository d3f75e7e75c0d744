"""Own code is found by what runs and what was installed from where, not by the name of a folder."""

import json
import os
import sysconfig
import zipfile
from pathlib import Path

import pytest

from examples.triage.read.origin import Origins, started


def origins(*command: str, cwd: str = "/", own: tuple[str, ...] = ()) -> Origins:
    """Give the origins of this process, as if `command` had started it."""
    return Origins(os.getpid(), [command], cwd, own)


def install(site: Path, package: str, *, url: str = "") -> Path:
    """Put a package into a folder as an installer does, and give its module."""
    module = site / package / "app.py"
    module.parent.mkdir(parents=True)
    module.write_text("")
    info = site / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text(f"{package}/app.py,,\n{info.name}/RECORD,,\n")
    if url:
        (info / "direct_url.json").write_text(json.dumps({"url": url}))
    return module


def is_own(where: Origins, file: object) -> bool:
    """Whether a file of the target is own code."""
    return where.place(str(file), 1, "f").own


@pytest.mark.parametrize(
    ("words", "module", "script", "rest"),
    [
        ("python -m uvicorn app:app", "uvicorn", "", ("app:app",)),
        ("/venv/bin/python3.14 -X dev -W error serve.py --port 1", "", "serve.py", ("--port", "1")),
        ("python3 -um http.server", "http.server", "", ()),
        ("/venv/bin/uvicorn app:app", "", "/venv/bin/uvicorn", ("app:app",)),
    ],
)
def test_command_line(words: str, module: str, script: str, rest: tuple[str, ...]) -> None:
    """Options of the interpreter are told from what it runs."""
    run = started(words.split())
    assert (run.module, run.script, run.rest) == (module, script, rest)


def test_title_of_gunicorn_names_the_application() -> None:
    """A title that a process gave itself is read like its arguments."""
    assert started(["gunicorn: worker [shop.web:app]"]).rest == ("worker", "shop.web:app")


def test_plain_script_is_own(tmp_path: Path) -> None:
    """A file that lies outside of every library is own code, with a module named by its package."""
    package = tmp_path / "python3" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    frame = origins("python", "serve.py").place(str(package / "web.py"), 3, "buy")
    assert (frame.own, frame.module, frame.line) == (True, "shop.web", 3)


def test_standard_library_is_found_where_it_lies() -> None:
    """The standard library is told by its files, and its modules have their names."""
    file = f"{sysconfig.get_path('stdlib')}/asyncio/locks.py"
    frame = origins("python").place(file, 1, "Lock.acquire")
    assert (frame.own, frame.name) == (False, "asyncio.locks:Lock.acquire")


def test_installed_package_is_a_library(tmp_path: Path) -> None:
    """A package from an index is a library, wherever it was installed."""
    module = install(tmp_path / "dependencies", "shop")
    frame = origins("python", "serve.py").place(str(module), 1, "f")
    assert (frame.own, frame.module) == (False, "shop.app")


def test_package_installed_from_a_path_is_own(tmp_path: Path) -> None:
    """A package that was installed from a folder or a wheel file is own code, and no fork is."""
    site = tmp_path / "lib/python3.14/site-packages"
    local = install(site, "shop", url="file:///src/shop")
    fork = install(site, "fork", url="https://example.org/fork.git")
    where = origins("python", "serve.py")
    assert is_own(where, local)
    assert not is_own(where, fork)


@pytest.mark.parametrize(
    "command",
    [
        "python -m uvicorn shop.app:app",
        "/venv/bin/uvicorn --workers 2 shop.app:make --factory",
        "python -m shop",
        "python -m celery -A shop worker",
        "/venv/bin/arq shop.app.Settings",
        "python -m taskiq worker shop.app:broker shop.tasks",
        "gunicorn: worker [shop.app:app]",
        "python -m gunicorn -k uvicorn.workers.UvicornWorker shop.app:app",
        "python -m uvicorn --reload shop.app:app",
    ],
)
def test_what_the_command_runs_is_own(tmp_path: Path, command: str) -> None:
    """The application that a command line names is own code, though it came from an index."""
    site = tmp_path / "lib/python3.14/site-packages"
    module, other = install(site, "shop"), install(site, "uvicorn")
    words = [command] if ": " in command else command.split()
    where = origins(*words)
    assert is_own(where, module)
    assert not is_own(where, other)


@pytest.mark.parametrize(
    "options",
    [
        "-k worker.UvicornWorker",
        "--worker-class worker.UvicornWorker",
        "--worker-class=worker.UvicornWorker",
        "--logger-class worker.Logger",
        "-c worker:settings",
    ],
)
def test_module_of_an_option_is_not_the_application(tmp_path: Path, options: str) -> None:
    """What a server is told to use beside the application is a library."""
    site = tmp_path / "site-packages"
    module, worker = install(site, "shop"), install(site, "worker")
    where = origins("python", "-m", "gunicorn", *options.split(), "shop.app:app")
    assert is_own(where, module)
    assert not is_own(where, worker)


def test_console_script_names_its_package(tmp_path: Path) -> None:
    """The script that an installer made leads to the package that it imports."""
    module = install(tmp_path / "site-packages", "shop")
    script = tmp_path / "shop-server"
    script.write_text("#!/bin/python\nimport sys\nfrom shop.app import main\nsys.exit(main())\n")
    where = origins("/bin/python", str(script))
    assert is_own(where, module)
    assert not is_own(where, script)


def test_script_below_bin_needs_no_first_line(tmp_path: Path) -> None:
    """A script in a folder bin that python is told to run is that of an installer as well."""
    module = install(tmp_path / "lib/python3/dist-packages", "shop")
    code = "import sys\nfrom shop.app import main\nsys.exit(main())\n"
    for folder, expected in (("bin", True), ("share", False)):
        script = tmp_path / folder / "shop-server"
        script.parent.mkdir()
        script.write_text(code)
        assert is_own(origins("/bin/python", str(script)), module) is expected


@pytest.mark.parametrize("name", ["environment.json", "PEX-INFO"])
@pytest.mark.parametrize("form", ["archive", "folder"])
def test_archive_of_shiv_and_pex_names_its_entry(tmp_path: Path, name: str, form: str) -> None:
    """What an archive says that it starts is own code, also where it was unpacked to."""
    module, library = install(tmp_path / "site-packages", "shop"), tmp_path / "site-packages/tea.py"
    library.touch()
    home = tmp_path / "shop.pyz"
    if form == "archive":
        with zipfile.ZipFile(home, "w") as archive:
            archive.writestr(name, '{"entry_point": "shop.app:main"}')
    else:
        home.mkdir()
        (home / name).write_text('{"entry_point": "shop.app:main"}')
    where = origins("/bin/python", str(home))
    assert is_own(where, module)
    assert not is_own(where, library)


@pytest.mark.parametrize("text", ["[]", '{"entry_point": null}', "no JSON"])
def test_archive_that_says_nothing(tmp_path: Path, text: str) -> None:
    """An archive whose metadata cannot be read makes nothing own code."""
    module = install(tmp_path / "site-packages", "shop")
    home = tmp_path / "shop.pyz"
    with zipfile.ZipFile(home, "w") as archive:
        archive.writestr("environment.json", text)
    assert not is_own(origins("/bin/python", str(home)), module)


def test_child_of_multiprocessing_runs_what_its_parent_runs(tmp_path: Path) -> None:
    """The command line of a spawned worker says nothing, so that of its parent decides."""
    module = install(tmp_path / "site-packages", "shop")
    child = ["python", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()"]
    parent = ["python", "-m", "uvicorn", "shop.app:app", "--reload"]
    assert is_own(Origins(os.getpid(), [child, parent]), module)


def test_named_by_the_reader(tmp_path: Path) -> None:
    """A package or a path that the reader names is own code."""
    module = install(tmp_path / "site-packages", "shop")
    assert is_own(origins("python", own=("shop",)), module)
    assert is_own(origins("python", own=(str(tmp_path),)), module)
    assert not is_own(origins("python"), module)


def test_script_without_an_ending(tmp_path: Path) -> None:
    """A script may have a name of one word, as a file that a library makes up has."""
    (tmp_path / "serve").touch()
    assert is_own(origins("python", "serve", cwd=str(tmp_path)), "serve")


def test_code_without_a_file() -> None:
    """Code of the command line is own code; what a library generated is not."""
    assert is_own(origins("python", "-c", "pass"), "<string>")
    assert is_own(origins("python", "-"), "<stdin>")
    assert not is_own(origins("python", "serve.py"), "<string>")
    assert not is_own(origins("python", "serve.py"), "<attrs generated init shop.Order>")
    assert not is_own(origins("python", "serve.py"), "")
    assert not is_own(origins("python", "serve.py"), "handle_request")
    frozen = origins("python").place("<frozen importlib._bootstrap>", 1, "_find_and_load")
    assert (frozen.own, frozen.module) == (False, "importlib._bootstrap")


def test_archive(tmp_path: Path) -> None:
    """Code in a zip file is own code, and the packages that were packed beside it are not."""
    archive = tmp_path / "shop.pyz"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "")
        file.writestr("lib/httpx/__init__.py", "")
        file.writestr("lib/httpx-1.0.dist-info/RECORD", "httpx/__init__.py,,\n")
    where = origins("python", str(archive))
    assert is_own(where, archive / "__main__.py")
    frame = where.place(str(archive / "lib/httpx/_client.py"), 1, "f")
    assert (frame.own, frame.module) == (False, "httpx._client")


def test_compiled_code_has_a_module() -> None:
    """A Cython file, whose path is relative, has the name of its module."""
    frame = origins("python").place("src/uvloop/loop.pyx", 1, "Loop.run_forever")
    assert not frame.own
