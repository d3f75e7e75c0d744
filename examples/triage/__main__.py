#!/usr/bin/env python3
"""From the PID of a Python process to a named cause, with the evidence.

``python triage.py PID`` reads the asyncio tasks and the threads of a running process
from outside, several times, groups them by the line of your own code that waits, and
judges the groups by the rules that ``--rules`` prints. It writes nothing into the
process and runs no code in it, unless you ask for ``--in-process``.

Standard library only, Linux. It runs on Python 3.9 and later, and reads CPython 3.14 and 3.15.
"""

import signal
import sys

# Any Python, back to 2.7, comes as far as this and can say what it lacks.
if sys.version_info < (3, 9):  # noqa: UP036 # where it cannot run it must say so
    sys.stderr.write("error: triage needs Python 3.9 or later\n")
    sys.exit(2)
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Until there is somebody to handle it, Ctrl-C ends triage without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from examples.triage.cli import main  # only where it can be parsed

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
