"""Six hundred clients of a line protocol are connected and have nothing to say."""

import asyncio

import _lab


async def serve_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve_client, "127.0.0.1", _lab.PORT, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    if _lab.PORT:
        asyncio.run(main())
    else:
        import socket

        service = _lab.script()
        clients = [socket.create_connection(("127.0.0.1", service.port), 10) for _ in range(600)]
        clients[0].sendall(b"ping\n")
        _lab.ready(service, works=clients[0].recv(10) == b"ping\n")
