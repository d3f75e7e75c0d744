"""The name server of a resolver that needs no thread has gone. Aiodns."""

import asyncio
import socket
from contextlib import suppress

import aiodns

import _lab

done = []
dead = socket.socket(type=socket.SOCK_DGRAM)
dead.bind(("127.0.0.1", 0))


async def look_up(resolver: aiodns.DNSResolver, host: str) -> None:
    with suppress(aiodns.error.DNSError):
        await resolver.query_dns(host, "A")


async def deliver(resolver: aiodns.DNSResolver) -> None:
    while True:
        await look_up(resolver, "mail.example.com")
        done.append(1)


async def main() -> None:
    resolver = aiodns.DNSResolver(
        nameservers=["127.0.0.1"],
        udp_port=dead.getsockname()[1],
        # It waits for an answer for 5 s at most, and then asks again.
        timeout=0.1 if _lab.FIXED else 5,
        tries=1 if _lab.FIXED else 1_000,
    )
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(deliver(resolver))
        group.create_task(_lab.watch(done))


asyncio.run(main())
