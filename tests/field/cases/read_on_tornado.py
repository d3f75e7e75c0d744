"""A call over a socket of its own has no deadline. Tornado."""

import asyncio
import os

import tornado.web

import _lab

RATES = os.environ.get("RATES", "")


class Rates(tornado.web.RequestHandler):
    async def get(self) -> None:
        self.write(await read_rates())


async def read_rates() -> bytes:
    _, _, port = RATES.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    writer.write(b"RATES\n")
    try:
        async with asyncio.timeout(0.2 if _lab.FIXED else None):
            return await reader.readline()
    except TimeoutError:
        return b"stale"
    finally:
        writer.close()


async def main() -> None:
    tornado.web.Application([("/rates", Rates)]).listen(_lab.PORT, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    if _lab.PORT:
        asyncio.run(main())
    else:
        service = _lab.script(env={"RATES": _lab.silent()})
        _lab.traffic(service, "/rates", 5)
        _lab.ready(service, works=_lab.answers(service, "/rates"))
