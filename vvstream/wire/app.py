"""The Starlette application: /stream, and the few plain questions around it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from vvstream import __version__
from vvstream.config import Config
from vvstream.ports import Engine
from vvstream.sessions import Sessions
from vvstream.speaker import Tools
from vvstream.store.keeper import Keeper
from vvstream.voices import Catalogue
from vvstream.wire import pages
from vvstream.wire.gate import Gate
from vvstream.wire.stream import Stream

WARMING_UP, READY, FAILED, DRAINING = "warming up", "ready", "failed", "draining"
RETRY = {"Retry-After": "1"}

log = logging.getLogger("vvstream.wire")


class App:
    """The application (`asgi`) and the engine's life.

    `stop` is called if the engine cannot warm up: then there is nothing to serve. `keeper`: where
    sessions outlive this process, closed with the engine.
    """

    def __init__(
        self,
        config: Config,
        engine: Engine,
        catalogue: Catalogue,
        tools: Tools,
        stop: Callable[[], None],
        keeper: Keeper | None = None,
    ) -> None:
        self._config = config
        self._engine = engine
        self._catalogue = catalogue
        self._pool = tools.pool
        self._stop = stop
        self._keeper = keeper
        self._status = WARMING_UP
        self.warmed = asyncio.Event()
        """The engine has warmed up, or failed to."""
        self.sessions = Sessions(config, catalogue, tools, f"vvstream {__version__}", keeper)
        gate = Gate(config.access, config.server.origins, time.monotonic)
        self._stream = Stream(config, self.sessions, gate, lambda: self._status == READY)
        self.asgi = Starlette(
            routes=[
                WebSocketRoute("/stream", self._stream.serve),
                Route("/stream", self._explain),
                Route("/health", self._health),
                Route("/ready", self._ready),
                Route("/api/voices", self._voices),
                *pages.routes(),
            ],
            lifespan=self._life,
        )

    @property
    def failed(self) -> bool:
        """The engine could not warm up."""
        return self._status == FAILED

    async def drain(self) -> None:
        """Close all sockets with 1001, and wait for them no longer than `drain_seconds`."""
        if not self.failed:
            self._status = DRAINING
        await self._stream.drain(self._config.server.drain_seconds)

    @asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(self._warm_up())
        try:
            yield
        finally:
            warming.cancel()
            await self._engine.close()
            if self._keeper is not None:
                await self._keeper.close()
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def _warm_up(self) -> None:
        begin = time.monotonic()
        try:
            await self._engine.warm_up()
        except Exception:
            log.exception("the engine cannot warm up")
            self._status = FAILED
            self._stop()
        else:
            self._status = READY
            seconds = round(time.monotonic() - begin, 2)
            log.info("ready", extra={"record": {"warm_up_seconds": seconds}})
        self.warmed.set()

    async def _explain(self, request: Request) -> Response:
        host = request.headers.get("host", "localhost:7860")
        return PlainTextResponse(
            "This address speaks WebSocket, not plain HTTP. Connect to\n"
            f"ws://{host}/stream?text=Good%20morning&voice={self._catalogue.default.voice}\n"
            "and get binary messages of 640 bytes: 20 ms of 16 kHz 16-bit mono PCM each.\n",
            status_code=426,
            headers={"Upgrade": "websocket", "Connection": "Upgrade"},
        )

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def _ready(self, request: Request) -> Response:
        ready = self._status == READY
        body = {"status": self._status}
        return JSONResponse(body) if ready else JSONResponse(body, 503, RETRY)

    async def _voices(self, request: Request) -> Response:
        voices = [
            {
                "name": voice.name,
                "language": voice.language,
                "gender": voice.gender,
                "accent": voice.accent,
                "aliases": self._catalogue.aliases_of(voice.name),
            }
            for voice in self._catalogue.voices.values()
        ]
        return JSONResponse({"voices": voices, "default": self._catalogue.default.voice})
