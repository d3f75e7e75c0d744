"""Ask for one update and wait for it: ``python examples/incidents/silent_websocket/watch.py URL``.

It does what a user does: open a session, then expect to be told what changed.
"""

import asyncio
import sys

import httpx
from websockets.asyncio.client import connect

PATIENCE = 5  # seconds


# --8<-- [start:watch]
async def watch(url: str) -> int:
    """Give the size of the update that comes after one was published.

    Args:
        url: of the service, without a trailing slash.

    Returns:
        Its size in bytes.

    Raises:
        TimeoutError: when no update comes.

    """
    address = f"{url.replace('http', 'ws', 1)}/updates"
    async with (
        connect(address, max_size=None, compression=None) as session,
        httpx.AsyncClient(timeout=60) as client,
    ):
        await client.post(f"{url}/updates")
        async with asyncio.timeout(PATIENCE):
            return len(await session.recv())


# --8<-- [end:watch]


if __name__ == "__main__":
    try:
        print(f"update of {asyncio.run(watch(sys.argv[1]))} bytes")
    except TimeoutError:
        sys.exit(f"session open, no update in {PATIENCE} seconds")
    except IndexError:
        sys.exit("usage: python examples/incidents/silent_websocket/watch.py URL")
    except (OSError, httpx.HTTPError) as error:
        sys.exit(f"error: {error}")
