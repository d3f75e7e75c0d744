"""A planner computes on the loop, in a coroutine that is now in one helper and now in another."""

import asyncio
import json
import re

import _lab

done = []


def parse(text: str) -> dict[str, int]:
    return {match[1]: int(match[2]) for match in re.finditer(r"(\w+)=(\d+)", text)}


def weigh(values: dict[str, int]) -> float:
    return sum((number * 31) % 17 for number in values.values())


def encode(values: dict[str, int]) -> str:
    return json.dumps(sorted(values.items(), key=lambda pair: -pair[1]))


async def plan(rounds: int) -> None:
    text = " ".join(f"key{number}={number}" for number in range(3_000))
    for _ in range(rounds):
        values = parse(text)
        weigh(values)
        encode(values)


async def replan() -> None:
    while True:
        await plan(1 if _lab.FIXED else 1_000_000)
        await asyncio.sleep(0.2)


async def beat() -> None:
    while True:
        await asyncio.sleep(0.05)
        done.append(1)


async def main() -> None:
    _lab.watch_thread(done)
    async with asyncio.TaskGroup() as group:
        group.create_task(beat())
        group.create_task(replan())


asyncio.run(main())
