"""A filter program gets its input and never its end, so it does not answer."""

import asyncio
from asyncio.subprocess import PIPE

import _lab

done = []


async def sort_lines(lines: list[bytes]) -> bytes:
    program = await asyncio.create_subprocess_exec("sort", stdin=PIPE, stdout=PIPE)
    program.stdin.writelines(lines)
    await program.stdin.drain()
    if _lab.FIXED:
        program.stdin.close()
    output = await program.stdout.read()
    await program.wait()
    return output


async def reports() -> None:
    while True:
        done.append(await sort_lines([b"b\n", b"a\n"]))


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(reports())
        group.create_task(_lab.watch(done))


asyncio.run(main())
