"""The connections of a process are listed with who opened them and since when they are silent."""

import asyncio
import os
import signal
import socket
from pathlib import Path

from examples.triage.read.sockets import NetworkTables, sockets_of, tcp_silences


def test_connections_have_a_side_a_state_and_an_age() -> None:
    """Who opened a connection, what waits in it and for how long it is silent is told apart."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        with client, server.accept()[0] as accepted:
            client.send(b"x" * 100)
            accepted.recv(100, socket.MSG_PEEK)
            found = sockets_of(os.getpid(), tcp_silences()).connections
            peers = {
                f"127.0.0.1:{port}": (False, 0),
                f"127.0.0.1:{client.getsockname()[1]}": (True, 100),
            }
            seen = {one.peer: (one.inbound, one.unread) for one in found if one.peer in peers}
            assert seen == peers
            for one in found:
                if one.peer in peers:
                    assert one.state == "established"
                    assert one.received is not None
                    assert 0 <= one.received < 3600


def test_connection_that_nobody_accepted_is_queued() -> None:
    """A client that the process has not accepted yet is listed, with what it has sent and when."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        peer = f"127.0.0.1:{client.getsockname()[1]}"
        client.send(b"x" * 100)

        def queued() -> list[tuple[str, bool, int, bool]]:
            return [
                (one.state, one.inbound, one.unread, one.received is not None)
                for one in sockets_of(os.getpid(), tcp_silences()).connections
                if one.peer == peer
            ]

        assert queued() == [("queued", True, 100, True)]
        with server.accept()[0]:
            assert queued() == [("established", True, 100, True)]


def test_peer_that_left_is_seen() -> None:
    """A connection whose other side has closed it is not called established."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()):
            accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(1) == b""
            port = server.getsockname()[1]
            states = {
                one.state
                for one in sockets_of(os.getpid(), {}).connections
                if one.inbound and one.peer != f"127.0.0.1:{port}"
            }
            assert "closed-by-peer" in states


def test_clients_of_a_unix_socket_are_hidden(short_tmp_path: object) -> None:
    """A server on a Unix socket is known as one whose clients cannot be counted."""
    assert not sockets_of(os.getpid(), {}).hidden_clients
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{short_tmp_path}/s")
        server.listen()
        assert sockets_of(os.getpid(), {}).hidden_clients


def test_what_may_wake_a_loop_from_outside() -> None:
    """A loop watches the pipe by which it wakes itself; whatever else it watches counts."""
    asyncio.run(watch_something())


async def watch_something() -> None:
    """Watch a pipe and a signal, one after the other, and see both counted."""
    loop = asyncio.get_running_loop()
    before = sockets_of(os.getpid(), {}).sources
    reading, writing = os.pipe()
    loop.add_reader(reading, lambda: None)
    try:
        assert sockets_of(os.getpid(), {}).sources == before + 1
        loop.add_signal_handler(signal.SIGUSR1, lambda: None)
        assert sockets_of(os.getpid(), {}).sources == before + 2
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)
    assert sockets_of(os.getpid(), {}).sources == before


def test_without_ages_connections_are_still_listed() -> None:
    """Where the kernel does not tell ages, as in another network namespace, they are left out."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()),
    ):
        found = sockets_of(os.getpid(), {}).connections
        assert found
        assert {one.received for one in found} == {None}


def test_connections_without_an_owner_are_left_out() -> None:
    """What waits for the last packets of a closed connection costs no memory: it has no process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = f":{server.getsockname()[1]:04X}"
        with socket.create_connection(server.getsockname()):
            accepted, _ = server.accept()
        accepted.close()
        home = Path("/proc/self")
        everything = [line.split() for line in (home / "net/tcp").read_text().splitlines()]
        rows = NetworkTables().rows(home, "tcp")

        assert any(port in row[2] and row[9] == "0" for row in everything)
        assert [row[3] for row in rows if port in row[1] or port in row[2]] == ["0A"]
