"""The interactive asyncio prompt of Python; under load it awaits one sleep after the other."""

import subprocess
import sys
import time

import _program

program = subprocess.Popen(
    [sys.executable, "-m", "asyncio"],
    stdin=subprocess.PIPE,
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
    text=True,
)
time.sleep(2)
if _program.LOAD:
    program.stdin.write("while True: await asyncio.sleep(0.01)\n\n")
    program.stdin.flush()
    time.sleep(1)
_program.ready(program.pid)
