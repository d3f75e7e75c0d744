"""What triage knows about MCP, the Model Context Protocol."""

from __future__ import annotations

from examples.triage.waits.kinds import GET, READ, Library, Root, Wait

MCP = Library(
    "MCP",
    "mcp",
    waits=(
        Wait(
            READ,
            (
                "mcp.shared.direct_dispatcher:DirectDispatcher.send_raw_request",
                "mcp.shared.jsonrpc_dispatcher:JSONRPCDispatcher.send_raw_request",
            ),
            "an answer of the other side of an MCP session",
        ),
        Wait(
            GET,
            (
                (
                    "mcp.shared.jsonrpc_dispatcher:JSONRPCDispatcher.run"
                    " > anyio.streams.memory:MemoryObjectReceiveStream.receive"
                ),
            ),
            "a message of an MCP session",
            new_work=True,
        ),
    ),
    roots=(
        Root(
            "request",
            (
                "mcp.server.runner:ServerRunner._on_notify",
                "mcp.server.runner:ServerRunner._on_request",
                "mcp.shared.direct_dispatcher:DirectDispatcher._dispatch_request",
                "mcp.shared.jsonrpc_dispatcher:JSONRPCDispatcher._handle_request",
            ),
        ),
        Root(
            "session",
            (
                "mcp.server.sse:SseServerTransport.connect_sse.<locals>.response_wrapper",
                (
                    "mcp.server.streamable_http"
                    ":StreamableHTTPServerTransport._handle_get_request"
                    ".<locals>.standalone_sse_writer"
                ),
            ),
        ),
    ),
    idle=(
        "mcp.client.sse:sse_client.<locals>.post_writer",
        "mcp.client.sse:sse_client.<locals>.sse_reader",
        "mcp.client.stdio:stdio_client.<locals>.stdin_writer",
        "mcp.client.stdio:stdio_client.<locals>.stdout_reader",
        "mcp.client.streamable_http:StreamableHTTPTransport.handle_get_stream",
        "mcp.client.streamable_http:StreamableHTTPTransport.post_writer",
        ("mcp.server._streamable_http_modern:handle_modern_request.<locals>.watch_disconnect"),
        "mcp.server.sse:SseServerTransport.connect_sse.<locals>.sse_writer",
        "mcp.server.stdio:stdio_server.<locals>.stdin_reader",
        "mcp.server.stdio:stdio_server.<locals>.stdout_writer",
        "mcp.server.streamable_http:StreamableHTTPServerTransport._run_sse_writer",
        (
            "mcp.server.streamable_http"
            ":StreamableHTTPServerTransport.connect.<locals>.message_router"
        ),
        "mcp.shared.direct_dispatcher:DirectDispatcher.run",
        "mcp.shared.jsonrpc_dispatcher:JSONRPCDispatcher.run",
    ),
)
