"""A session belongs to one gateway, and a socket that asks for it is given to that gateway.

Which one follows from the session's id alone, so nobody has to be asked, and two sockets that ask
for the same session at once meet in the same process. What is given is the connection itself (its
descriptor) and every byte that was read from it: the owner goes on as if the client had come to
it, with all that it has of the session, and the client notices nothing.
"""

import asyncio
import logging
import secrets
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

# 128 bits: nobody guesses one.
ID_BYTES: Final = 16
# A gateway that is being started again takes a moment; a client waits so long for it.
GIVE_SECONDS: Final = 10.0
SIZES: Final = struct.Struct("!II")

Adopt: TypeAlias = Callable[[socket.socket, bytes, bytes], Awaitable[None]]
"""Goes on with a connection: its handshake, and what was read after it."""

log = logging.getLogger("vvstream.bus")


def owner(session_id: str, gateways: int) -> int:
    """The gateway that a session belongs to."""
    return zlib.crc32(session_id.encode()) % gateways


def address(folder: str | Path, gateway: int) -> Path:
    """Where the others find it."""
    return Path(folder) / f"gateway-{gateway}"


class Neighbours:
    """The other gateways, as gateway `mine` of `count` sees them."""

    def __init__(self, mine: int, count: int, folder: str) -> None:
        self._mine = mine
        self._count = count
        self._folder = folder

    def new_id(self) -> str:
        """An id that nobody guesses, of a session of ours."""
        while owner(session_id := secrets.token_urlsafe(ID_BYTES), self._count) != self._mine:
            pass
        return session_id

    def owner(self, session_id: str) -> int | None:
        """Whose session it is; None: ours."""
        number = owner(session_id, self._count)
        return None if number == self._mine else number

    async def give(self, to: int, descriptor: int, handshake: bytes, rest: bytes) -> bool:
        """Give a connection away; the caller closes its own descriptor. False: nobody took it."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as way:
            way.setblocking(False)
            try:
                async with asyncio.timeout(GIVE_SECONDS):
                    await loop.sock_connect(way, str(address(self._folder, to)))
                    sizes = SIZES.pack(len(handshake), len(rest))
                    socket.send_fds(way, [sizes], [descriptor])
                    await loop.sock_sendall(way, handshake + rest)
                    # It says when it has it: what lies in a socket that dies is lost.
                    return bool(await loop.sock_recv(way, 1))
            except (OSError, TimeoutError) as error:
                log.warning("not handed over", extra={"record": {"reason": str(error)}})
                return False


async def take(listener: socket.socket, adopt: Adopt) -> None:
    """Adopt all connections that the others give us, until cancelled."""
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    async with asyncio.TaskGroup() as tasks:
        while True:
            way, _ = await loop.sock_accept(listener)
            tasks.create_task(_take(way, adopt))


async def _take(way: socket.socket, adopt: Adopt) -> None:
    loop = asyncio.get_running_loop()
    with way:
        way.setblocking(False)
        try:
            async with asyncio.timeout(GIVE_SECONDS):
                await _readable(way)
                sizes, descriptors, _, _ = socket.recv_fds(way, SIZES.size, 1)
                if len(sizes) != SIZES.size or not descriptors:
                    return
                connection = socket.socket(fileno=descriptors[0])
                handshake, rest = SIZES.unpack(sizes)
                data = bytearray()
                while len(data) < handshake + rest:
                    if not (piece := await loop.sock_recv(way, 1 << 16)):
                        connection.close()
                        return
                    data += piece
        except (OSError, TimeoutError) as error:
            log.warning("not taken over", extra={"record": {"reason": str(error)}})
            return
        connection.setblocking(False)
        await adopt(connection, bytes(data[:handshake]), bytes(data[handshake:]))
        with suppress(OSError):
            way.send(b"\x01")


async def _readable(way: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(way, tell)
    try:
        await ready
    finally:
        loop.remove_reader(way)
