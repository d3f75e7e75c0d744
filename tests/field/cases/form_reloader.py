"""The service is the child of a process that watches its files."""

import sys

import _deployed

home = _deployed.copy(_deployed.folder())
command = [sys.executable, "-m", "uvicorn", "tariffs.app:app", "--port", "{port}", "--reload"]
_deployed.play(*command, "--log-level", "warning", cwd=home)
