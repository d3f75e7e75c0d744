"""Answers of a client are opened and not read to the end, so its connections run out. Aiohttp."""

import http.server
import os
from contextlib import suppress

import aiohttp
from aiohttp import web

import _lab

IMAGES = os.environ.get("IMAGES", "")
kept = []


async def image_type(session: aiohttp.ClientSession, name: str) -> str:
    answer = await session.get(f"{IMAGES}/{name}")
    if _lab.FIXED:
        await answer.read()
    else:
        kept.append(answer)
    return answer.headers.get("Content-Type", "")


async def show(request: web.Request) -> web.Response:
    return web.Response(text=await image_type(request.app["session"], request.match_info["name"]))


async def client(app: web.Application):
    limit = aiohttp.TCPConnector(limit=5)
    async with aiohttp.ClientSession(connector=limit, read_bufsize=1) as app["session"]:
        yield


def large() -> str:
    """Serve bodies that do not fit into the buffers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(b"x" * (100_000 if _lab.FIXED else 20_000_000))

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    _lab.background(server.serve_forever)
    return f"http://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
    if _lab.PORT:
        app = web.Application()
        app.cleanup_ctx.append(client)
        app.router.add_get("/images/{name}", show)
        web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
    else:
        service = _lab.script(env={"IMAGES": large()})
        _lab.traffic(service, "/images/1", 4)
        while not _lab.FIXED and _lab.answers(service, "/images/2"):
            pass
        _lab.ready(service, works=_lab.answers(service, "/images/3"))
