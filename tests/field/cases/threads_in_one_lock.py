"""Synchronous handlers wait for a lock that a failed one of them kept. FastAPI's threads."""

import threading

from fastapi import FastAPI

import _lab

app = FastAPI()
cache = threading.Lock()


def load(key: int) -> int:
    cache.acquire()
    if _lab.FIXED:
        try:
            return parse(key)
        finally:
            cache.release()
    value = parse(key)
    cache.release()
    return value


def parse(key: int) -> int:
    return 100 // key


@app.get("/values/{key}")
def value(key: int):
    return load(key)


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", "--log-level", "critical")
    _lab.get(service, "/values/0", patience=5)
    _lab.traffic(service, "/values/2", 5)
    _lab.ready(service, works=_lab.answers(service, "/values/4"))
