"""Each mode opens, sends and starts what its row of the page says, and nothing else."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.redis_server import redis_server
from tests.support.transcripts import ROOT
from tests.triage.modes import MODES
from tests.triage.small_targets import target

SHORT = ("--samples", "2", "--interval", "0.1")
PROBE = "an empty file with which tempfile tries a folder"

# CPython tells an audit hook of each file, socket, signal and program before it happens.
AUDITED = """
import json, os, sys

seen = {"read": [], "written": [], "sockets": [], "started": [], "loaded": []}

def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        writes = args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        seen["written" if writes else "read"].append(os.fsdecode(args[0]))
    elif event in {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}:
        seen["sockets"].append(f"{event} {args[1] if len(args) > 1 else ''}")
    elif event in {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.kill"}:
        seen["started"].append(event)
    elif event.startswith("ctypes.") or event == "import" and args[0] in {"ctypes", "_ctypes"}:
        seen["loaded"].append(event)

from examples.triage.cli import main
report, *arguments = sys.argv[1:]
descriptor = os.open(report, os.O_WRONLY)
sys.addaudithook(hook)
status = main(arguments)
os.write(descriptor, json.dumps(seen).encode())
sys.exit(status)
"""


def touched(folder: Path, *arguments: object) -> dict[str, list[str]]:
    """Run triage under an audit hook, and give what it has opened, sent and started."""
    report = folder / "touched"
    report.write_text("")
    done = subprocess.run(
        [sys.executable, "-B", "-c", AUDITED, str(report), *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, list[str]] = json.loads(report.read_text())
    assert found["read"]
    return found


def name_of(path: str) -> str:
    """Give what a file that triage writes is called, without what differs between two runs."""
    if re.fullmatch(r"[a-z0-9_]{8}", Path(path).name):
        return PROBE
    if Path(path).parent.name.startswith("triage-"):
        return Path(path).name
    return re.sub(r"^triage-\d+-\d+T\d+\.json$", "triage.json", path)


@pytest.mark.parametrize("mode", MODES)
def test_mode_touches_what_its_row_says(mode: str, tmp_path: Path) -> None:
    """Files it writes, sockets, programs and libraries are those of the row, in every mode."""
    with target("waiting") as process, redis_server() as url:
        subject: object = process.pid
        if mode == "triage FILE":
            subject = tmp_path / "capture.json"
            touched(tmp_path, *SHORT, "--save", subject, process.pid)
        options = [word.format(tmp_path, redis=url) for word in MODES[mode]]
        found = touched(tmp_path, *SHORT, *options, subject)

    memory = f"/proc/{process.pid}/mem"
    written = {
        "--save FILE": {str(tmp_path / "saved.json")},
        "--in-process": {memory, "question.py"},
        "--until OUTCOME": {"triage.json"},
    }
    assert {name_of(path) for path in found["written"]} - {PROBE} == written.get(mode, set())
    address = url.split("//")[1].split("/")[0].split(":")
    redis = [f"socket.connect ('{address[0]}', {address[1]})"] if mode == "--redis URL" else []
    assert sorted(set(found["sockets"])) == redis
    assert found["started"] == found["loaded"] == []
    assert (memory in found["read"]) == (mode != "triage FILE")
    if mode == "triage FILE":
        assert [path for path in found["read"] if path.startswith("/proc")] == []


def test_saved_capture_is_private(tmp_path: Path) -> None:
    """What --save writes only its owner may read, whatever the umask is."""
    file = tmp_path / "saved.json"
    before = os.umask(0)
    try:
        with target("waiting") as process:
            touched(tmp_path, *SHORT, "--save", file, process.pid)
    finally:
        os.umask(before)

    assert file.stat().st_mode & 0o777 == 0o600
