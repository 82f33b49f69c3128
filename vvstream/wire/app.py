"""The Starlette application: /stream, and the few plain questions around it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from vvstream import __version__, logs
from vvstream.admission import Doors
from vvstream.config import Config
from vvstream.errors import Overloaded
from vvstream.live import changed
from vvstream.options import SpeechOptions
from vvstream.ports import Engine
from vvstream.sessions import Sessions, new_id
from vvstream.speaker import Tools
from vvstream.store.keeper import Keeper
from vvstream.voices import Catalogue
from vvstream.wire import pages
from vvstream.wire.fleet import Alone, Fleet
from vvstream.wire.gate import Gate
from vvstream.wire.settings import Settings
from vvstream.wire.status import Status
from vvstream.wire.stream import Stream

WARMING_UP, READY, FAILED, DRAINING = "warming up", "ready", "failed", "draining"
RESTARTING = "starting again"
RETRY = {"Retry-After": "1"}
SAMPLE_SECONDS = 1.0

log = logging.getLogger("vvstream.wire")


class App:
    """The application (`asgi`) and the engine's life.

    `stop` is called if the engine cannot warm up: then there is nothing to serve. `keeper`: where
    sessions outlive this process, closed with the engine. `fleet`: the other processes.
    """

    def __init__(
        self,
        config: Config,
        engine: Engine,
        catalogue: Catalogue,
        tools: Tools,
        stop: Callable[[], None],
        keeper: Keeper | None = None,
        fleet: Fleet | None = None,
    ) -> None:
        self._config = config
        self._engine = engine
        self._catalogue = catalogue
        self._pool, self._line = tools.pool, tools.line
        self._stop = stop
        self._keeper = keeper
        self._doors = Doors()
        self._status = WARMING_UP
        self.warmed = asyncio.Event()
        """The engine has warmed up, or failed to."""
        self._fleet = fleet = fleet or Alone(engine)
        neighbours = fleet.neighbours
        self.sessions = Sessions(
            config,
            catalogue,
            tools,
            f"vvstream {__version__}",
            keeper,
            new_id if neighbours is None else neighbours.new_id,
            fleet.elsewhere,
        )
        self.gate = gate = Gate(
            config.access,
            config.server.origins,
            time.monotonic,
            shared=neighbours is not None,
        )
        self._stream = Stream(
            config,
            self.sessions,
            gate,
            lambda: self.ready,
            self._admit,
            neighbours,
            fleet.elsewhere,
        )
        settings = Settings(lambda: self._config, gate, self._change)
        self._condition = Status(fleet, lambda: len(self.sessions), lambda: self._stream.sockets)
        self.asgi = Starlette(
            routes=[
                WebSocketRoute("/stream", self._stream.serve),
                WebSocketRoute("/{path:path}", self._nothing_here),
                Route("/stream", self._explain),
                Route("/health", self._health),
                Route("/ready", self._ready),
                Route("/api/voices", self._voices),
                Route("/api/status", self._tell_status),
                Route("/api/config", settings.get, methods=["GET"]),
                Route("/api/config", settings.post, methods=["POST"]),
                *pages.routes(),
            ],
            lifespan=self._life,
        )

    @property
    def ready(self) -> bool:
        """Somebody can be spoken to."""
        return self._status == READY and self._fleet.warm

    @property
    def state(self) -> str:
        """The same in words."""
        return RESTARTING if self._status == READY and not self._fleet.warm else self._status

    @property
    def sockets(self) -> int:
        """How many are open."""
        return self._stream.sockets

    def apply(self, values: Mapping[str, Any]) -> None:
        """Put changed values of the configuration in force. Raises NotChanged."""
        before, config = self._config, changed(self._config, values)
        self._config = config
        if config.log_level != before.log_level:
            logs.level(config.log_level)
        speech = config.speech
        default = SpeechOptions(
            self._catalogue.default.voice, speech.cfg, speech.steps, speech.speed, speech.seed
        )
        self.sessions.apply(config, default)
        self._stream.apply(config)
        self.gate.limit(config.access)

    async def _change(self, values: Mapping[str, Any]) -> None:
        changed(self._config, values)
        await self._fleet.change(values, self.apply)

    def _admit(self) -> None:
        try:
            self._ask_doors()
        except Overloaded:
            # A slot that is lent counts as taken.
            if not self._line.reclaim():
                raise
            self._ask_doors()

    def _ask_doors(self) -> None:
        self._doors.admit(self._fleet.engines(), self._config.admission, time.monotonic())

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
        tasks = [asyncio.create_task(self._warm_up()), asyncio.create_task(self._sample())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
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

    async def _sample(self) -> None:
        while True:
            self._condition.sample()
            await asyncio.sleep(SAMPLE_SECONDS)

    async def _tell_status(self, request: Request) -> Response:
        return JSONResponse(self._condition.body(self.state, ready=self.ready))

    async def _explain(self, request: Request) -> Response:
        host = request.headers.get("host", "localhost:7860")
        return PlainTextResponse(
            "This address speaks WebSocket, not plain HTTP. Connect to\n"
            f"ws://{host}/stream?text=Good%20morning&voice={self._catalogue.default.voice}\n"
            "and get binary messages of 640 bytes: 20 ms of 16 kHz 16-bit mono PCM each.\n",
            status_code=426,
            headers={"Upgrade": "websocket", "Connection": "Upgrade"},
        )

    async def _nothing_here(self, websocket: WebSocket) -> None:
        text = f"There is no WebSocket at {websocket.url.path}; connect to /stream.\n"
        await websocket.send_denial_response(PlainTextResponse(text, 404))

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def _ready(self, request: Request) -> Response:
        body = {"status": self.state}
        return JSONResponse(body) if self.ready else JSONResponse(body, 503, RETRY)

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
        told = {"default": self._catalogue.default.voice, "languages": self._catalogue.speakers}
        return JSONResponse({"voices": voices, **told})
