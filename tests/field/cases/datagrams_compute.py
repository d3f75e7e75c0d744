"""A server of datagrams, which has no task, matches each one by a pattern that backtracks."""

import asyncio
import re
import socket

import _lab

PATTERN = re.compile(r"^(?:[a-z]+)*$" if not _lab.FIXED else r"^[a-z]*$")


class Filter(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(b"ok" if self.is_name(data.decode()) else b"no", addr)

    def is_name(self, text: str) -> bool:
        return PATTERN.match(text) is not None


def ask(service: _lab.Service, text: str) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(3)
        client.sendto(text.encode(), ("127.0.0.1", service.port))
        try:
            return bool(client.recv(10))
        except TimeoutError:
            return False


if _lab.PORT:
    loop = asyncio.new_event_loop()
    address = ("127.0.0.1", _lab.PORT)
    loop.run_until_complete(loop.create_datagram_endpoint(Filter, local_addr=address))
    loop.run_forever()
else:
    service = _lab.script(listens=False)
    while not ask(service, "name"):
        pass
    _lab.ready(service, works=ask(service, "a" * 60 + "!") and ask(service, "name"))
