"""Own code begins on the command line, after -c."""

import sys

import _deployed

home = _deployed.copy(_deployed.folder())
program = "import sys, runpy; runpy.run_module('tariffs', run_name='__main__')"
_deployed.play(sys.executable, "-c", program, "{port}", cwd=home)
