"""A call to another service has no deadline. Sanic and aiohttp's client."""

import os

import aiohttp
from sanic import Sanic, response

import _lab

app = Sanic("weather")
STATIONS = os.environ.get("STATIONS", "")


async def measure(station: str) -> str:
    limit = aiohttp.ClientTimeout(total=0.2 if _lab.FIXED else None)
    async with aiohttp.ClientSession(timeout=limit) as session:
        try:
            async with session.get(f"{STATIONS}/{station}") as answer:
                return await answer.text()
        except TimeoutError:
            return "unknown"


@app.get("/weather/<station:str>")
async def weather(request, station):
    return response.text(await measure(station))


if __name__ == "__main__":
    if _lab.PORT:
        app.run("127.0.0.1", _lab.PORT, single_process=True, motd=False, access_log=False)
    else:
        service = _lab.script(env={"STATIONS": _lab.silent()})
        _lab.traffic(service, "/weather/north", 5)
        _lab.ready(service, works=_lab.answers(service, "/weather/south"))
