"""A real server on a real loopback socket, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.languages import language
from vvstream.config import Config, load
from vvstream.frontend import load_language
from vvstream.frontends import FrontEnds
from vvstream.languages import Language
from vvstream.line import Line
from vvstream.ports import Engine
from vvstream.speaker import Tools
from vvstream.voices import Catalogue, catalogue
from vvstream.wire.app import App
from vvstream.wire.protocols import ServerConfig
from vvstream.wire.server import Server

# Loaded once for all tests: it is read-only, and takes a while.
ENGLISH = load_language("en")
ONLY_ENGLISH = Language("en", ENGLISH, None, (), {})
MODEL_YAML = Path(__file__).parents[2] / "config/model.yaml"


def changed(config: Config, **blocks: dict[str, Any]) -> Config:
    """The configuration with some values of some blocks replaced, checked again."""
    data = config.model_dump()
    for block, values in blocks.items():
        data[block] = {**data[block], **values}
    return Config.model_validate(data)


def test_config(**blocks: dict[str, Any]) -> Config:
    """The shipped configuration on a free port, with changes; English only, if not said."""
    server = {"port": 0, "close_seconds": 1, "drain_seconds": 2, **blocks.pop("server", {})}
    config = load(MODEL_YAML, {})
    english = config.model_copy(update={"languages": {"en": config.languages["en"]}})
    return changed(english, server=server, **blocks)


def tools_for(config: Config, engine: Engine) -> tuple[Catalogue, Tools]:
    """As vvstream.serve.build, with languages that are loaded already."""
    voices = catalogue(engine.voices(), config)
    names = config.languages
    languages = {name: ONLY_ENGLISH if name == "en" else language(name) for name in names}
    front_ends = FrontEnds(voices, languages, dict.fromkeys(languages, "skip"))
    return voices, Tools(
        front_ends.plain,
        front_ends.marked,
        Line(engine.open, config.session.slot_seconds),
        ThreadPoolExecutor(1),
        config.session.words_ahead,
        config.server.log_text,
    )


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    app: App
    server: Server
    port: int

    def ws(self, query: str = "") -> str:
        """The WebSocket address."""
        return f"ws://127.0.0.1:{self.port}/stream{'?' + query if query else ''}"

    def http(self, path: str) -> str:
        """The address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def running(
    engine: Engine,
    config: Config | None = None,
    on_failed: Callable[[], None] = lambda: None,
    *,
    warm: bool = True,
) -> AsyncIterator[Running]:
    """Serve with this engine until the block is left; then go down as after a SIGTERM.

    `warm`: wait for the engine's warm-up first.
    """
    config = config or test_config()
    voices, tools = tools_for(config, engine)
    app = App(config, engine, voices, tools, on_failed)
    listener = socket.create_server((config.server.host, 0))
    server = Server(ServerConfig(app.asgi, config.server), app.drain)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.Event()
    startup = server.startup

    async def started(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets)
        up.set()

    server.startup = started  # type: ignore[method-assign]
    await up.wait()
    if warm:
        await app.warmed.wait()
    try:
        yield Running(app, server, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
