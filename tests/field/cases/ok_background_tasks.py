"""Letters are sent after the response, each in six seconds, by FastAPI's own BackgroundTasks."""

import asyncio

from fastapi import BackgroundTasks, FastAPI

import _lab

app = FastAPI()


async def send_letter(number: int) -> None:
    await asyncio.sleep(6)


@app.get("/orders/{number}")
async def order(number: int, later: BackgroundTasks):
    later.add_task(send_letter, number)
    return {"order": number}


if __name__ == "__main__":
    service = _lab.uvicorn()
    _lab.traffic(service, "/orders/1", 3, pause=0.5)
    _lab.ready(service, works=_lab.answers(service, "/orders/2"))
