"""All of the own code came by standard input, so it is in no file."""

import sys

import _deployed

package = _deployed.PROJECT / "src/tariffs"
program = (package / "app.py").read_text() + (package / "__main__.py").read_text().replace(
    "from tariffs.app import app\n", ""
)
_deployed.play(sys.executable, "-", "{port}", cwd=_deployed.folder(), stdin=program.encode())
