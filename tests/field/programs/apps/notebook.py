"""A kernel of Jupyter; under load it runs a cell."""

import sys
import time

from jupyter_client.manager import start_new_kernel

import _program

CELLS = {
    "sleep": "import time\ntime.sleep(3600)",
    "await": "import asyncio\nawait asyncio.sleep(3600)",
    "compute": "def orbits():\n    return sum(range(10**6))\nwhile True:\n    orbits()",
}
manager, client = start_new_kernel()
client.execute("1 + 1", reply=True)
if _program.LOAD:
    client.execute(CELLS[sys.argv[1]])
    while client.get_iopub_msg()["msg_type"] != "execute_input":
        pass
    time.sleep(1)
_program.ready(manager.provisioner.pid)
