"""A tool of an MCP server, spoken to over standard input and output, calls without a deadline."""

import asyncio
import os
import sys

import httpx
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.server import MCPServer

import _lab

CATALOGUE = os.environ.get("CATALOGUE", "")


async def find_book(title: str) -> str:
    """Find a book by its title."""
    async with httpx.AsyncClient(timeout=0.2 if _lab.FIXED else None, verify=False) as client:
        try:
            return (await client.get(f"{CATALOGUE}/{title}")).text
        except httpx.TimeoutException:
            return "unknown"


async def client() -> None:
    environment = {**os.environ, "CATALOGUE": _lab.silent(), "FIXED": str(int(_lab.FIXED))}
    server = StdioServerParameters(
        command=sys.executable, args=[str(_lab.SCRIPT), "--serve", "1"], env=environment
    )
    async with Client(stdio_client(server)) as session:
        call = asyncio.create_task(session.call_tool("find_book", {"title": "A"}))
        answered, _ = await asyncio.wait({call}, timeout=4)
        pid = int((await session.call_tool("pid", {})).content[0].text)
        _lab.say_ready(pid, works=bool(answered))
        await asyncio.Event().wait()


if __name__ == "__main__":
    if _lab.PORT:
        server = MCPServer("books")
        server.tool()(find_book)
        server.tool(name="pid")(os.getpid)
        server.run()
    else:
        asyncio.run(client())
