"""Where clients connect: one socket a gateway on the same port, held by the parent of them all.

The kernel spreads connections over the sockets of a port (SO_REUSEPORT). Since the parent keeps
them open, a gateway that dies loses none that were not accepted: its successor inherits them.
"""

import socket
from pathlib import Path

BACKLOG = 2_048


def tcp(host: str, port: int, count: int) -> list[list[socket.socket]]:
    """For each of `count` gateways, its listening sockets: one per address of `host`.

    Port 0: one that is free. Raises OSError where the port is taken, by a server like this too.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    if port:
        # Sockets that share a port would be shared with another server of ours, unnoticed.
        for family, address in addresses:
            socket.create_server(address[:2], family=family).close()
    sockets: list[list[socket.socket]] = [[] for _ in range(count)]
    for each in sockets:
        for family, address in addresses:
            listener = socket.create_server(
                (address[0], port), family=family, backlog=BACKLOG, reuse_port=True
            )
            port = listener.getsockname()[1]
            each.append(listener)
    return sockets


def local(path: Path) -> socket.socket:
    """Where other processes of ours connect."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(BACKLOG)
    return listener
