"""A Flask application behind asgiref's adapter has one thread: a slow page stops all others."""

import http.client
import os

from asgiref.wsgi import WsgiToAsgi
from flask import Flask

import _lab

ARCHIVE = os.environ.get("ARCHIVE", "").removeprefix("http://")
pages = Flask(__name__)


def fetch_archive() -> bytes:
    connection = http.client.HTTPConnection(ARCHIVE, timeout=0.1 if _lab.FIXED else None)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    except TimeoutError:
        return b"later"


@pages.get("/archive")
def archive():
    return fetch_archive()


@pages.get("/")
def index():
    return "index"


app = WsgiToAsgi(pages)

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", "--lifespan", "off", env={"ARCHIVE": _lab.silent()})
    _lab.traffic(service, "/archive", 1)
    _lab.traffic(service, "/", 3)
    _lab.ready(service, works=_lab.answers(service, "/"))
