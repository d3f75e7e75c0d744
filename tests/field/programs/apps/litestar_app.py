"""A page."""

from litestar import Litestar, get


@get("/")
async def index() -> str:
    return "a page"


app = Litestar([index])
