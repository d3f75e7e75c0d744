"""A page."""

import asyncio
import sys

import tornado.web


class Index(tornado.web.RequestHandler):
    def get(self) -> None:
        self.write("a page")


async def main() -> None:
    tornado.web.Application([("/", Index)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
