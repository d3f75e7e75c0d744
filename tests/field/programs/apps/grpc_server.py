"""A server of grpc.aio that echoes; under load it is called."""

import asyncio
import sys

import grpc

import _program


async def echo(request: bytes, context: grpc.aio.ServicerContext) -> bytes:
    return request


async def main(port: int) -> None:
    server = grpc.aio.server()
    method = grpc.unary_unary_rpc_method_handler(echo)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("Echo", {"Echo": method})]
    )
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


def calls(port: int) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        while True:
            channel.unary_unary("/Echo/Echo")(b"text")


if sys.argv[1:] and sys.argv[1].isdecimal():
    asyncio.run(main(int(sys.argv[1])))
else:
    service = _program.start(__file__, "{port}")
    _program.load(calls, service.port)
    _program.ready(service.pid)
