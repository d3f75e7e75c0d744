"""Own code is in an archive that the interpreter runs."""

import sys
import zipapp

import _deployed

home = _deployed.folder()
archive = home / "tariffs.pyz"
source = _deployed.copy(home / "source")
(source / "__main__.py").write_text((source / "tariffs/__main__.py").read_text())
zipapp.create_archive(source, archive)
_deployed.play(sys.executable, archive, "{port}", cwd=home)
