"""The TCP connections of a process, and since when each is silent."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from examples.triage.model import Connection

ESTABLISHED = "01"
TCP_STATES = {ESTABLISHED: "established", "02": "connecting", "08": "closed-by-peer"}
TCP_LISTENS = "0A"
NOBODY = "0"  # inode of a connection that nobody has accepted yet, or that nobody has any more
QUEUED = "queued"
UNIX_LISTENS = "00010000"
INODE_COLUMNS = {"tcp": 9, "tcp6": 9, "unix": 6}

# Netlink, as in linux/sock_diag.h, linux/inet_diag.h and `struct tcp_info` of linux/tcp.h.
NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NETLINK_DUMP = 0x301  # a request for all entries
NETLINK_DONE, NETLINK_ERROR = 3, 2
TCP_INFO = 2
DIAG_REQUEST = struct.Struct("=IHHII BBBxI 48x")
NETLINK_HEADER = struct.Struct("=IHHII")
DIAG_SIZE = 72
DIAG_INODE = struct.Struct("=I")
DIAG_PORTS = struct.Struct("!HH")
DIAG_PORTS_AT = 4
DIAG_ATTRIBUTE = struct.Struct("=HH")
# Milliseconds since the last data went out, and came in.
LAST_SENT, LAST_RECEIVED = 44, 52
TCP_AGES = struct.Struct("=I4xI")
# A signal that comes from a terminal or that only the kernel sends is left out.
SIGNALS = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGTERM)
KERNEL_SECONDS = 1.0  # seconds for an answer of the kernel


class Silence(NamedTuple):
    """Seconds since a connection last sent and received data."""

    sent: float
    received: float


class Sockets(NamedTuple):
    """What a process has open.

    Attributes:
        connections: its TCP connections.
        hidden_clients: whether it listens on a Unix socket, whose clients cannot be counted.
        descriptors: how many file descriptors are open.
        sources: what else may wake a task from outside: descriptors that its loops watch, and
            signals that it handles.

    """

    connections: tuple[Connection, ...]
    hidden_clients: bool
    descriptors: int
    sources: int = 0


class NetworkTables:
    """The tables of sockets in /proc, each read once for all processes of a network namespace.

    A machine may have thousands of sockets, and each process shows those of its namespace.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._rows: dict[tuple[str, str], list[list[str]]] = {}

    def rows(self, home: pathlib.Path, table: str) -> list[list[str]]:
        """Give the rows of a table.

        Args:
            home: folder of the process in /proc.
            table: tcp, tcp6 or unix.

        """
        namespace = str(home)
        with contextlib.suppress(OSError):
            namespace = str((home / "ns/net").readlink())
        if (namespace, table) not in self._rows:
            self._rows[namespace, table] = list(_socket_rows(home, table))
        return self._rows[namespace, table]


def sockets_of(
    pid: int, silences: dict[str, Silence], tables: NetworkTables | None = None
) -> Sockets:
    """List the TCP connections of a process.

    Args:
        pid: the process.
        silences: by inode, of `tcp_silences` in the same network namespace; may be empty.
        tables: of this moment, shared with other processes.

    """
    home = pathlib.Path("/proc") / str(pid)
    own, loops, descriptors = _descriptors(home / "fd")
    sources = sum(_watched(home / "fdinfo" / name) for name in loops) + _signals(home)
    if not own:
        return Sockets((), hidden_clients=False, descriptors=descriptors, sources=sources)
    known = tables or NetworkTables()
    everybody = [row for table in ("tcp", "tcp6") for row in known.rows(home, table)]
    rows = [row for row in everybody if row[9] in own]
    listening = {_tcp_port(row[1]) for row in rows if row[3] == TCP_LISTENS}
    local = [_tcp_port(row[1]) for row in rows if row[3] in TCP_STATES]
    connections = []
    for row in rows:
        if row[3] in TCP_STATES:
            port = _tcp_port(row[1])
            # A server that has stopped listening still shares its port among its clients.
            inbound = port in listening or local.count(port) > 1
            unsent, unread = (int(number, 16) for number in row[4].split(":"))
            silence = silences.get(row[9])
            connections.append(
                Connection(
                    row[9],
                    inbound,
                    TCP_STATES[row[3]],
                    _tcp_address(row[2]),
                    unsent,
                    unread,
                    silence.sent if silence else None,
                    silence.received if silence else None,
                )
            )
    connections += [
        _queued(row, silences)
        for row in everybody
        if row[9] == NOBODY and _tcp_port(row[1]) in listening
    ]
    hidden = any(row[6] in own and row[3] == UNIX_LISTENS for row in known.rows(home, "unix"))
    return Sockets(tuple(connections), hidden, descriptors, sources)


def _queued(row: list[str], silences: dict[str, Silence]) -> Connection:
    """Describe a connection that the kernel has made and that the process has not accepted."""
    peer = _tcp_address(row[2])
    silence = silences.get(f"{_tcp_port(row[1])} {_tcp_port(row[2])}")
    unread = int(row[4].partition(":")[2], 16)
    received = silence.received if silence else None
    return Connection(
        f"{QUEUED} {peer}",
        inbound=True,
        state=QUEUED,
        peer=peer,
        unread=unread,
        received=received,
    )


def tcp_silences() -> dict[str, Silence]:
    """Ask the kernel how long each TCP connection of this network namespace has been silent.

    Source: sock_diag(7), the interface behind ``ss -ti``.

    Returns:
        By inode, or where there is none yet by both ports; empty where the kernel does not say.

    """
    found: dict[str, Silence] = {}
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError, struct.error):
            found.update(_silences(family))
    return found


def _silences(family: int) -> Iterator[tuple[str, Silence]]:
    kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
    with socket.socket(socket.AF_NETLINK, kind, NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(KERNEL_SECONDS)
        extensions = 1 << (TCP_INFO - 1)
        states = sum(1 << int(state, 16) for state in TCP_STATES)
        request = (DIAG_REQUEST.size, SOCK_DIAG_BY_FAMILY, NETLINK_DUMP, 1, 0)
        kernel.send(DIAG_REQUEST.pack(*request, family, socket.IPPROTO_TCP, extensions, states))
        while True:
            data = kernel.recv(1 << 18)
            while len(data) >= NETLINK_HEADER.size:
                length, kind, *_ = NETLINK_HEADER.unpack_from(data)
                if kind in (NETLINK_DONE, NETLINK_ERROR) or length < NETLINK_HEADER.size:
                    return
                entry = _silence(data[NETLINK_HEADER.size : length])
                if entry:
                    yield entry
                data = data[(length + 3) & ~3 :]


def _silence(message: bytes) -> tuple[str, Silence] | None:
    (inode,) = DIAG_INODE.unpack_from(message, DIAG_SIZE - DIAG_INODE.size)
    key = str(inode) if inode else "{} {}".format(*DIAG_PORTS.unpack_from(message, DIAG_PORTS_AT))
    attributes = message[DIAG_SIZE:]
    while len(attributes) >= DIAG_ATTRIBUTE.size:
        length, kind = DIAG_ATTRIBUTE.unpack_from(attributes)
        if kind == TCP_INFO and length >= DIAG_ATTRIBUTE.size + LAST_SENT + TCP_AGES.size:
            sent, received = TCP_AGES.unpack_from(attributes, DIAG_ATTRIBUTE.size + LAST_SENT)
            return key, Silence(sent / 1000, received / 1000)
        if length < DIAG_ATTRIBUTE.size:
            break
        attributes = attributes[(length + 3) & ~3 :]
    return None


def _watched(info: pathlib.Path) -> int:
    """Count what an event loop watches, besides the pipe through which it wakes itself."""
    with contextlib.suppress(OSError):
        return max(0, info.read_text(errors="replace").count("tfd:") - 1)
    return 1


def _signals(home: pathlib.Path) -> int:
    """Count the signals that a process handles and that are sent to ask for something."""
    with contextlib.suppress(OSError, ValueError):
        text = (home / "status").read_text(errors="replace")
        caught = int(text.partition("\nSigCgt:")[2].partition("\n")[0], 16)
        return sum(caught >> (number - 1) & 1 for number in SIGNALS)
    return 0


def _descriptors(folder: pathlib.Path) -> tuple[set[str], list[str], int]:
    """Give the inodes of the sockets, the names of the epoll ones, and the number of all."""
    own, loops, count = set(), [], 0
    with contextlib.suppress(OSError):
        for descriptor in folder.iterdir():
            count += 1
            with contextlib.suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    own.add(target[8:-1])
                elif target == "anon_inode:[eventpoll]":
                    loops.append(descriptor.name)
    return own, loops, count


def _socket_rows(home: pathlib.Path, table: str) -> Iterator[list[str]]:
    inode = INODE_COLUMNS[table]
    with contextlib.suppress(OSError), (home / "net" / table).open(errors="replace") as file:
        next(file, "")
        for line in file:
            row = line.split()
            # Most on a busy host are in TIME_WAIT: no process has them any more.
            if row[inode] != NOBODY or row[3] == ESTABLISHED:
                yield row


def _tcp_port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def _tcp_address(text: str) -> str:
    """Read an address as /proc/net/tcp writes it: words in the order of the machine."""
    raw, _, port = text.partition(":")
    data = b"".join(
        struct.pack("=I", int(raw[start : start + 8], 16)) for start in range(0, len(raw), 8)
    )
    family = socket.AF_INET if len(data) == 4 else socket.AF_INET6
    name = socket.inet_ntop(family, data)
    return f"{name}:{int(port, 16)}" if family == socket.AF_INET else f"[{name}]:{int(port, 16)}"
