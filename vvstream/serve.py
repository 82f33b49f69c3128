"""The composition root: configuration, engine, application, server."""

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from vvstream import logs
from vvstream.config import Config
from vvstream.errors import EngineFailed
from vvstream.frontends import FrontEnds
from vvstream.languages import load_languages
from vvstream.line import Line
from vvstream.ports import Engine
from vvstream.speaker import Tools
from vvstream.store import open_store
from vvstream.store.keeper import Keeper
from vvstream.voices import Catalogue, catalogue
from vvstream.wire.app import App
from vvstream.wire.fleet import Fleet
from vvstream.wire.protocols import ServerConfig
from vvstream.wire.server import Server

# Of pure Python, so that more would only take turns.
FRONT_END_THREADS: Final = 1


def build(config: Config, engine: Engine) -> tuple[Catalogue, Tools]:
    """What every session works with. Raises ConfigError."""
    voices = catalogue(engine.voices(), config)
    lexicons = {
        name: None if block.lexicon is None else config.folder / block.lexicon
        for name, block in config.languages.items()
    }
    languages = load_languages(lexicons)
    emoji = {name: block.emoji for name, block in config.languages.items()}
    front_ends = FrontEnds(voices, languages, emoji)
    pool = ThreadPoolExecutor(FRONT_END_THREADS, "front-end")
    session, server = config.session, config.server
    return voices, Tools(
        front_ends.plain,
        front_ends.marked,
        Line(engine.open, session.slot_seconds),
        pool,
        session.words_ahead,
        server.log_text,
    )


def application(
    config: Config, engine: Engine, stop: Callable[[], None], fleet: Fleet | None = None
) -> App:
    """The application over this engine. Raises ConfigError."""
    voices, tools = build(config, engine)
    store = open_store(config.sessions, config.folder)
    keeper = None if store is None else Keeper(store, config.sessions.keep_seconds)
    return App(config, engine, voices, tools, stop, keeper, fleet)


def serve(config: Config, device: str) -> None:
    """One process that does all, until a signal. Raises ConfigError, EngineFailed."""
    # Here, and not above: a gateway has no use for what an engine is made of.
    from vvstream import engine as speech_engine

    logs.configure(config.log_level)

    def stop() -> None:
        server.should_exit = True

    app = application(config, speech_engine.load(config, device), stop)
    # What is loaded stays as long as the process: nothing of it is garbage to be looked for.
    server = Server(ServerConfig(app.asgi, config.server), app.drain, gc.freeze)
    server.run()
    if app.failed:
        raise EngineFailed("the engine cannot warm up; the log says why")
