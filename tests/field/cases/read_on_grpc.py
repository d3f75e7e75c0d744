"""A call to another service has no deadline. A server of grpc.aio."""

import asyncio
import os

import grpc
import httpx

import _lab

PRICES = os.environ.get("PRICES", "")
client = httpx.AsyncClient(timeout=0.2 if _lab.FIXED else None, verify=False)


async def ask_price(symbol: str) -> bytes:
    try:
        return (await client.get(f"{PRICES}/{symbol}")).content
    except httpx.TimeoutException:
        return b"unknown"


async def price(request: bytes, context: grpc.aio.ServicerContext) -> bytes:
    return await ask_price(request.decode())


async def main() -> None:
    server = grpc.aio.server()
    method = grpc.unary_unary_rpc_method_handler(price)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("Prices", {"Price": method})]
    )
    server.add_insecure_port(f"127.0.0.1:{_lab.PORT}")
    await server.start()
    await server.wait_for_termination()


def call(service: _lab.Service, patience: float) -> bool:
    with grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel:
        try:
            return bool(channel.unary_unary("/Prices/Price")(b"A", timeout=patience))
        except grpc.RpcError:
            return False


def calls(service: _lab.Service) -> None:
    while True:
        call(service, _lab.PATIENCE)


if __name__ == "__main__":
    if _lab.PORT:
        asyncio.run(main())
    else:
        service = _lab.script(env={"PRICES": _lab.silent()})
        for _ in range(4):
            _lab.background(calls, service)
        _lab.ready(service, works=call(service, 2.5))
