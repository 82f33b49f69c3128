"""What a gateway knows of the whole server, from the supervisor's board; see wire.fleet.Fleet."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from vvstream.bus.accounts import Accounts
from vvstream.bus.board import Board, Change, Child
from vvstream.bus.handover import Neighbours
from vvstream.bus.parent import Parent
from vvstream.bus.remote import RemoteEngine
from vvstream.status import EngineStatus

# The supervisor is as near as can be.
CHANGE_SECONDS: Final = 10.0


class Gateways:
    """Implements `Fleet` for the gateway that `parent` started."""

    def __init__(self, parent: Parent, engine: RemoteEngine) -> None:
        setup = parent.setup
        self.neighbours = None
        if setup.gateways > 1:
            self.neighbours = Neighbours(setup.number, setup.gateways, setup.folder)
        self.elsewhere = Accounts(setup.serial)
        self._parent = parent
        self._engine = engine
        self._board = Board(())
        self._changing: list[tuple[Mapping[str, Any], asyncio.Future[None]]] = []

    @property
    def warm(self) -> bool:
        """See Fleet."""
        return self._engine.warm

    def learn(self, board: Board) -> None:
        """The supervisor tells who is there."""
        self._board = board
        self.elsewhere.keep([child.serial for child in board.of("gateway")])

    def engines(self) -> Sequence[EngineStatus]:
        """See Fleet."""
        return self._engine.statuses()

    def processes(self) -> Mapping[str, Any]:
        """See Fleet."""
        gateways, engines = self._board.of("gateway"), self._board.of("engine")
        return {
            "gateway": self._parent.setup.number,
            "sessions": sum(child.sessions for child in gateways),
            "sockets": sum(child.sockets for child in gateways),
            "gateways": [
                {**_process(child), "sessions": child.sessions, "sockets": child.sockets}
                for child in gateways
            ],
            "engines": [
                {**_process(child), **({} if child.engine is None else asdict(child.engine))}
                for child in engines
            ],
        }

    async def change(
        self, values: Mapping[str, Any], apply: Callable[[Mapping[str, Any]], None]
    ) -> None:
        """See Fleet: the supervisor tells all of us, in the same order."""
        done = asyncio.get_running_loop().create_future()
        self._changing.append((values, done))
        self._parent.say(Change(dict(values)))
        try:
            async with asyncio.timeout(CHANGE_SECONDS):
                await done
        finally:
            self._changing.remove((values, done))

    def applied(self, values: Mapping[str, Any]) -> None:
        """These are in force here now."""
        for wanted, done in self._changing:
            if wanted == values and not done.done():
                done.set_result(None)


def _process(child: Child) -> Mapping[str, Any]:
    return {
        "number": child.number,
        "pid": child.pid,
        "ready": child.ready,
        "restarts": child.restarts,
        "up_seconds": child.seconds,
    }
