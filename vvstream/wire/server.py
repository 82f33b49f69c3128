"""uvicorn's server, going down in our order: no new sockets, 1001 to all, then the engine."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import cast

import uvicorn

from vvstream.wire.protocols import AdoptedProtocol, ServerConfig

log = logging.getLogger("vvstream.wire")


class Server(uvicorn.Server):
    """`drain` closes the sockets that are open; `listening` is called once clients may come."""

    def __init__(
        self,
        config: ServerConfig,
        drain: Callable[[], Awaitable[None]],
        listening: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._listening = listening

    async def adopt(self, connection: socket.socket, handshake: bytes, rest: bytes) -> None:
        """Go on with a connection that another process has accepted."""
        config = cast(ServerConfig, self.config)

        def protocol() -> AdoptedProtocol:
            return AdoptedProtocol(
                config, self.server_state, self.lifespan.state, handshake, rest
            )

        await asyncio.get_running_loop().connect_accepted_socket(protocol, connection)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C and SIGTERM end the server and are not raised again; Ctrl-C twice is at once."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell where."""
        await super().startup(sockets)
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                log.info("listening", extra={"record": {"host": host, "port": port}})
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close in order."""
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)
