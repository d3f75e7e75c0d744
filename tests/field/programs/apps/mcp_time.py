"""The time server of MCP; under load it is asked for the time."""

import asyncio
import sys

import psutil
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

import _program


async def main() -> None:
    server = StdioServerParameters(command=sys.executable, args=["-m", "mcp_server_time"])
    async with Client(stdio_client(server)) as session:

        async def ask() -> None:
            while True:
                await session.call_tool("get_current_time", {"timezone": "UTC"})

        async with asyncio.TaskGroup() as group:
            if _program.LOAD:
                group.create_task(ask())
            await asyncio.sleep(1)
            _program.say_ready(psutil.Process().children()[0].pid)
            await asyncio.Event().wait()


asyncio.run(main())
