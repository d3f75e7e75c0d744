"""What triage knows about grpc.aio, whose server is compiled and has no frames."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    CONNECT,
    READ,
    SHUTDOWN,
    THREAD,
    WRITE,
    Library,
    Root,
    Wait,
)

GRPC = Library(
    "gRPC",
    "grpcio",
    waits=(
        Wait(
            SHUTDOWN,
            ("grpc.aio._channel:Channel._close", "grpc.aio._server:Server.stop"),
            "running calls",
        ),
        Wait(
            THREAD,
            (
                "grpc._cython.cygrpc:_finish_handler_with_stream_responses > nothing",
                "grpc._cython.cygrpc:_finish_handler_with_unary_response > nothing",
            ),
            "a call of a servicer in a thread",
        ),
        Wait(ACCEPT, ("grpc.aio._server:Server.wait_for_termination",), "new calls", new_work=True),
        Wait(
            CONNECT,
            (
                "grpc.aio._call:UnaryUnaryCall.wait_for_connection",
                "grpc.aio._call:_StreamRequestMixin.wait_for_connection",
                "grpc.aio._channel:Channel.channel_ready",
            ),
            "a connection of the channel",
        ),
        Wait(
            WRITE,
            ("grpc.aio._call:_StreamRequestMixin._write",),
            "the gRPC server to take a message",
        ),
        Wait(
            READ,
            (
                "grpc.aio._call:StreamUnaryCall._conduct_rpc",
                "grpc.aio._call:UnaryUnaryCall._invoke",
                "grpc.aio._call:_UnaryResponseMixin.__await__",
                "grpc.aio._interceptor:InterceptedUnaryUnaryCall._run_interceptor",
            ),
            "an answer of a gRPC server",
        ),
        Wait(
            READ,
            (
                "grpc.aio._call:StreamStreamCall._prepare_rpc",
                "grpc.aio._call:UnaryStreamCall._send_unary_request",
                "grpc.aio._call:_StreamResponseMixin._read",
            ),
            "a message of a gRPC stream",
            new_work=True,
        ),
    ),
    roots=(
        Root("request", ("grpc._cython.cygrpc:_handle_unary_unary_rpc",)),
        Root(
            "session",
            (
                "grpc._cython.cygrpc:_handle_stream_stream_rpc",
                "grpc._cython.cygrpc:_handle_stream_unary_rpc",
                "grpc._cython.cygrpc:_handle_unary_stream_rpc",
            ),
        ),
    ),
    idle=("grpc.aio._server:Server.wait_for_termination",),
    shutdown=("grpc.aio._server:Server.stop",),
)
