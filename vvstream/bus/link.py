"""A ZeroMQ socket on an asyncio event loop.

Less than zmq.asyncio does: nothing is awaited, messages are handed to a callback, in order.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

import zmq


class Link:
    """Owns the socket. Queues have no limit here: an utterance has one (Took), and so have they.

    Belongs to the event loop it was made on.
    """

    def __init__(
        self, socket: "zmq.Socket[bytes]", hear: Callable[[Sequence[bytes]], None]
    ) -> None:
        self._socket = socket
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._loop.add_reader(socket.fileno(), self._read)
        # The descriptor tells of changes only: what came before it was watched would stay unread.
        self._loop.call_soon(self._read)

    def send(self, *parts: bytes) -> None:
        """Send a message; one to a peer that is gone is dropped."""
        if not self._closed:
            self._socket.send_multipart(parts, zmq.NOBLOCK)
            # Sending may have used up the descriptor's notice of what came.
            self._loop.call_soon(self._read)

    def close(self) -> None:
        """Drop what was not sent."""
        if not self._closed:
            self._closed = True
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close(linger=0)

    def _read(self) -> None:
        while not self._closed and cast(int, self._socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            self._hear(self._socket.recv_multipart(zmq.NOBLOCK))


def bound(address: str) -> "zmq.Socket[bytes]":
    """An engine's socket: hears from many, and answers each by its name."""
    socket = _socket(zmq.ROUTER)
    socket.bind(address)
    return socket


def connected(address: str, name: bytes) -> "zmq.Socket[bytes]":
    """A gateway's socket to one engine, under this name."""
    socket = _socket(zmq.DEALER)
    socket.setsockopt(zmq.ROUTING_ID, name)
    socket.connect(address)
    return socket


def _socket(kind: int) -> "zmq.Socket[bytes]":
    socket: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
    socket.setsockopt(zmq.SNDHWM, 0)
    socket.setsockopt(zmq.RCVHWM, 0)
    return socket
