"""A private PostgreSQL for the repros: started on a free port, gone when the repro ends."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from examples import lab

# Where Debian puts the programs of the server, the newest last.
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
# PostgreSQL refuses to run as root. Another user may not enter a private folder for temporary
# files, and what is killed leaves a segment of shared memory: hence the capability and the
# namespace.
NOT_AS_ROOT = ["unshare", "--ipc", "setpriv", "--reuid=nobody", "--regid=nogroup"]
NOT_AS_ROOT += ["--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
START = """
"$1" --pgdata="$TMPDIR/data" --username=iris --auth=trust --no-sync --encoding=UTF8 >&2 &&
exec "$2" -D "$TMPDIR/data" -k "$TMPDIR" -h 127.0.0.1 -p "$3" -c fsync=off
"""


def program(name: str) -> str:
    """Find a program of the PostgreSQL server.

    Raises:
        SystemExit: when there is none.

    """
    folders = [*map(str, reversed(PROGRAMS)), os.environ["PATH"]]
    found = shutil.which(name, path=os.pathsep.join(folders))
    return found or sys.exit(
        f"error: no {name}: install PostgreSQL, on Debian with 'apt-get install postgresql'"
    )


@contextlib.asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """Yield the URL of a private server, whose data are in a folder that is removed with it.

    Raises:
        SystemExit: when PostgreSQL is not installed.

    """
    port = lab.free_port()
    command = ["sh", "-c", START, "sh", program("initdb"), program("postgres"), str(port)]
    if os.geteuid() == 0:
        command = [*NOT_AS_ROOT, *command]
    url = f"postgresql://iris@127.0.0.1:{port}/postgres"
    async with lab.process(*command) as pid:

        async def answers() -> bool:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                connection = await asyncpg.connect(url)
                await connection.close()
                return True
            return False

        await lab.until(answers, seconds=120)
        try:
            yield url
        finally:
            with contextlib.suppress(ProcessLookupError, asyncio.CancelledError):
                os.kill(pid, signal.SIGINT)
                await asyncio.shield(lab.ended(pid))
