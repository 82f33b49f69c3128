"""What stands behind the application: one engine in this process, or other processes too."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from vvstream.ports import Elsewhere, Engine
from vvstream.sessions import Nowhere
from vvstream.status import EngineStatus
from vvstream.wire.stream import Neighbours

Apply = Callable[[Mapping[str, Any]], None]
"""Puts changed values in force in this process."""


class Fleet(Protocol):
    """All processes of the server, as this one sees them."""

    @property
    def neighbours(self) -> Neighbours | None:
        """The other gateways; None: there is none."""

    @property
    def warm(self) -> bool:
        """An engine can speak."""

    @property
    def elsewhere(self) -> Elsewhere:
        """What the other gateways hold."""

    def engines(self) -> Sequence[EngineStatus]:
        """Of each that can."""

    def processes(self) -> Mapping[str, Any]:
        """Gateways and engines, for GET /api/status; `sessions` and `sockets` of all."""

    async def change(self, values: Mapping[str, Any], apply: Apply) -> None:
        """Put checked values in force everywhere; here, before this returns."""


class Alone:
    """One process does all."""

    neighbours = None
    warm = True

    def __init__(self, engine: Engine) -> None:
        self.elsewhere = Nowhere()
        self._engine = engine
        self._since = time.monotonic()

    def engines(self) -> Sequence[EngineStatus]:
        """See Fleet."""
        return (self._engine.status(),)

    def processes(self) -> Mapping[str, Any]:
        """See Fleet."""
        up = round(time.monotonic() - self._since, 1)
        process = {"number": 0, "pid": os.getpid(), "ready": True, "restarts": 0, "up_seconds": up}
        return {"gateways": [process], "engines": [process]}

    async def change(self, values: Mapping[str, Any], apply: Apply) -> None:
        """See Fleet."""
        apply(values)
