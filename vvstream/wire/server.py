"""uvicorn's server, going down in our order: no new sockets, 1001 to all, then the engine."""

import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from vvstream.wire.protocols import ServerConfig

log = logging.getLogger("vvstream.wire")


class Server(uvicorn.Server):
    """`drain` closes the sockets that are open."""

    def __init__(self, config: ServerConfig, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain

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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close in order."""
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)
