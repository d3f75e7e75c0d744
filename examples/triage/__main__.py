#!/usr/bin/env python3
"""From the PID of a Python 3.14 process to a named cause, with the evidence.

``python triage.py PID`` reads the asyncio tasks of a running process from
outside, several times, groups them by the line of your own code that waits, and
judges the groups by the rules that ``--rules`` prints. It writes nothing into
the process and runs no code in it, unless you ask for ``--in-process``.

Standard library only, CPython 3.14 on Linux.
"""

import sys

# Any Python, back to 2.7, comes as far as this and can say what it lacks.
if sys.version_info[:2] != (3, 14):
    sys.stderr.write("error: triage runs on CPython 3.14, that of its target\n")
    sys.exit(2)

from examples.triage.cli import main  # only where it can be parsed

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
