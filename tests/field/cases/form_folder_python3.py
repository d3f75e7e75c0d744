"""Own code lies in a folder named as the standard library's."""

import sys

import _deployed

home = _deployed.folder() / "python3.14"
_deployed.copy(home)
command = [sys.executable, "-m", "uvicorn", "tariffs.app:app", "--port", "{port}"]
_deployed.play(*command, "--log-level", "warning", cwd=home)
