"""An engine's side: orders of gateways in, what each tick made out as one message a gateway."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence

import msgspec

from vvstream.audio import AudioChunk, Hear, Heard
from vvstream.bus import messages as m
from vvstream.bus.link import Link, bound
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import PLAIN
from vvstream.ports import TickingEngine, Voicing

RETRY_SECONDS = 1.0

log = logging.getLogger("vvstream.bus")


class EngineServer:
    """Serves an engine at a local address until it is closed; belongs to the running event loop.

    `broke` is called when the engine is beyond repair: gateways begin again on another one.
    """

    def __init__(
        self, engine: TickingEngine, address: str, broke: Callable[[EngineFailed], None]
    ) -> None:
        self._engine = engine
        self.broke = broke
        self._guests: dict[bytes, Guest] = {}
        self._known: set[bytes] = set()
        self._link = Link(bound(address), self._hear)

    def keep(self, gateways: Collection[bytes]) -> None:
        """These gateways are alive: free what those had that were, and are no more."""
        for name in self._known - set(gateways):
            if (guest := self._guests.pop(name, None)) is not None:
                guest.leave()
        self._known = set(gateways)

    def close(self) -> None:
        """Hear nobody any more."""
        for guest in self._guests.values():
            guest.leave()
        self._link.close()

    def tell_load(self) -> None:
        """Let all gateways know how many slots are taken, also those that hear nothing else."""
        for guest in self._guests.values():
            guest.tell(())

    @property
    def utterances(self) -> int:
        """How many are being spoken."""
        return sum(guest.utterances for guest in self._guests.values())

    def _hear(self, parts: Sequence[bytes]) -> None:
        name, data = parts
        if (guest := self._guests.get(name)) is None:
            guest = self._guests[name] = Guest(self, self._engine, self._link, name)
        try:
            guest.obey(m.orders(data))
        except msgspec.DecodeError as error:
            log.error("not a message", extra={"record": {"reason": str(error)}})


class Guest:
    """One gateway, as long as it lives."""

    def __init__(
        self, server: EngineServer, engine: TickingEngine, link: Link, name: bytes
    ) -> None:
        self._server = server
        self._engine = engine
        self._link = link
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._hear: Hear = self.hear  # one object, by which the engine knows us
        self._voicings: dict[int, Voicing] = {}

    def obey(self, orders: Sequence[m.Order]) -> None:
        """Do what the gateway asks; what is said of an utterance that is over means nothing."""
        for order in orders:
            if isinstance(order, m.Open):
                self._open(order)
            elif (voicing := self._voicings.get(order.number)) is not None:
                match order:
                    case m.Feed(_, units, manner):
                        voicing.feed(units, manner or PLAIN)
                    case m.Finish(_, then):
                        voicing.finish(then)
                    case m.Took(_, samples):
                        voicing.took(samples)
                    case m.Cancel(number):
                        del self._voicings[number]
                        voicing.cancel()

    @property
    def utterances(self) -> int:
        """How many it has."""
        return len(self._voicings)

    def leave(self) -> None:
        """The gateway is gone."""
        while self._voicings:
            _, voicing = self._voicings.popitem()
            voicing.cancel()

    def hear(self, made: Sequence[tuple[int, Heard]]) -> None:
        """What one tick made; called on the engine's thread."""
        results: list[m.Result] = []
        for number, heard in made:
            match heard:
                case AudioChunk(samples, spans):
                    results.append(m.Chunk(number, samples, spans.first, spans.edges))
                case None:
                    results.append(m.End(number))
                case EngineFailed():
                    if self._engine.failed is not None:
                        self._loop.call_soon_threadsafe(self._server.broke, heard)
                        return
                    results.append(m.Failed(number, heard.message))
        self._loop.call_soon_threadsafe(self.tell, results)

    def _open(self, order: m.Open) -> None:
        number = order.number
        try:
            self._voicings[number] = self._engine.begin(
                number, order.options, order.context, self._hear
            )
        except Overloaded as error:
            self.tell([m.Refused(number, error.message, error.retry_after or RETRY_SECONDS)])
        except EngineFailed as error:
            self._server.broke(error)

    def tell(self, results: Sequence[m.Result]) -> None:
        """Send what was made."""
        for result in results:
            if not isinstance(result, m.Chunk):
                self._voicings.pop(result.number, None)
        others = self._server.utterances - self.utterances
        made = m.Made(others, self._engine.lateness(), results)
        self._link.send(self._name, m.pack(made))
