"""Own code is a wheel in site-packages, started by uvicorn's command from another folder."""

import _deployed

home = _deployed.folder()
python = _deployed.environment(home)
command = [python, "-m", "uvicorn", "tariffs.app:app", "--port", "{port}"]
_deployed.play(*command, "--log-level", "warning", cwd=home)
