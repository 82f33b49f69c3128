"""Engines of tones behind their sockets, and the gateway's side of them, in one event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.tone import VOICES, ToneEngine
from vvstream.bus.board import Board, Child, address
from vvstream.bus.remote import RemoteEngine
from vvstream.bus.server import EngineServer
from vvstream.errors import EngineFailed

GATEWAY = Child("gateway", 0, 1, 0, 0, True, 0.0)


@dataclass
class Desk:
    """Engines that come and go; `remote` is what a gateway makes of them."""

    folder: Path
    remote: RemoteEngine
    engines: dict[int, tuple[ToneEngine, EngineServer]] = field(default_factory=dict)
    broken: list[EngineFailed] = field(default_factory=list)
    broke: asyncio.Event = field(default_factory=asyncio.Event)
    serials: int = 1

    def start(self, engine: ToneEngine) -> int:
        """An engine comes up; returns its serial."""
        self.serials += 1
        server = EngineServer(engine, address(self.folder, self.serials), self.note)
        self.engines[self.serials] = engine, server
        self.tell()
        return self.serials

    def note(self, error: EngineFailed) -> None:
        """An engine says that it is broken."""
        self.broken.append(error)
        self.broke.set()

    def kill(self, serial: int, *, tell: bool = True) -> None:
        """One is gone, without a word."""
        engine, server = self.engines.pop(serial)
        for utterance in list(engine.open_now):
            utterance.cancel()
        server.close()
        if tell:
            self.tell()

    def tell(self) -> None:
        """What the supervisor would."""
        children = [
            Child("engine", 0, serial, 0, 0, True, 0.0, engine.status())
            for serial, (engine, _) in self.engines.items()
        ]
        self.remote.follow(Board((GATEWAY, *children), VOICES))


@asynccontextmanager
async def desk(folder: Path, patience: float = 60.0) -> AsyncIterator[Desk]:
    """No engine yet."""
    remote = RemoteEngine(str(folder), GATEWAY.name, patience)
    it = Desk(folder, remote)
    try:
        yield it
    finally:
        await remote.close()
        for serial in list(it.engines):
            it.kill(serial, tell=False)
