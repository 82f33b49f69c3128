"""A gateway's side: engines in other processes, as the one engine that sessions ask for.

An engine that dies is no fault of an utterance: what it was given is given to another engine, or
to the next one in its place, and what the listener has is passed over. The sound depends on what
was given alone, so it goes on as if nothing had been.
"""

import asyncio
import itertools
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from vvstream.bus import messages as m
from vvstream.bus.board import Board, Child, address
from vvstream.bus.link import Link, connected
from vvstream.bus.utterance import RemoteUtterance
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus, total

# What the listeners took is told so often at most; all else is told at once.
TOOK_SECONDS = 0.01
RETRY_SECONDS = 1.0

log = logging.getLogger("vvstream.bus")


class Peer:
    """One engine, as long as it lives."""

    def __init__(self, engine: "RemoteEngine", child: Child, folder: str, name: bytes) -> None:
        self.child = child
        self.utterances: dict[int, RemoteUtterance] = {}
        self._others = 0  # slots that other gateways' utterances take
        self._lateness = 0.0
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._orders: list[m.Order] = []
        self._took: dict[int, int] = {}
        self._flush: asyncio.Handle | None = None
        self._later: asyncio.TimerHandle | None = None
        self._link = Link(connected(address(folder, child.serial), name), self._hear)

    @property
    def load(self) -> int:
        """How many slots are taken."""
        return self._others + len(self.utterances)

    @property
    def status(self) -> EngineStatus | None:
        """As it told last, with the slots and the lateness as they are now."""
        told = self.child.engine
        if told is None:
            return None
        return replace(told, slots_used=self.load, lateness_p99_s=self._lateness)

    def order(self, order: m.Order) -> None:
        """Tell it, with all that is ordered in this turn of the loop."""
        self._orders.append(order)
        if self._flush is None:
            self._flush = self._loop.call_soon(self._send)

    def took(self, number: int, samples: int) -> None:
        """Tell it soon that a listener took so much."""
        self._took[number] = self._took.get(number, 0) + samples
        if self._later is None:
            self._later = self._loop.call_later(TOOK_SECONDS, self._send)

    def close(self) -> None:
        """It is gone."""
        for handle in (self._flush, self._later):
            if handle is not None:
                handle.cancel()
        self._link.close()

    def _send(self) -> None:
        for handle in (self._flush, self._later):
            if handle is not None:
                handle.cancel()
        self._flush = self._later = None
        orders, self._orders = self._orders, []
        orders += [m.Took(number, samples) for number, samples in self._took.items()]
        self._took.clear()
        self._link.send(m.pack(m.Orders(orders)))

    def _hear(self, parts: Sequence[bytes]) -> None:
        try:
            made = m.made(parts[0])
        except msgspec.DecodeError as error:
            log.error("not a message", extra={"record": {"reason": str(error)}})
            return
        self._others, self._lateness = made.others, made.lateness
        for result in made.results:
            if (utterance := self.utterances.get(result.number)) is None:
                continue
            match result:
                case m.Chunk():
                    utterance.heard(m.chunk(result))
                case m.End():
                    utterance.ended(None)
                case m.Failed(_, reason):
                    utterance.ended(EngineFailed(reason))
                case m.Refused(_, reason, retry_after):
                    refusal = Overloaded(reason, retry_after=retry_after)
                    self._engine.refused(utterance, self, refusal)


class RemoteEngine:
    """All engines of the server; implements `Engine`. `name` is what they call this gateway.

    `patience`: so many seconds an utterance waits for an engine when all have died.
    """

    def __init__(self, folder: str, name: bytes, patience: float) -> None:
        self._folder = folder
        self._name = name
        self._patience = patience
        self._voices: tuple[VoiceInfo, ...] = ()
        self._peers: dict[int, Peer] = {}
        self._homeless: dict[RemoteUtterance, asyncio.TimerHandle] = {}
        self._numbers = itertools.count()
        self._loaded = asyncio.Event()
        self._warm = asyncio.Event()

    # What a session asks for.

    def voices(self) -> tuple[VoiceInfo, ...]:
        return self._voices

    async def loaded(self) -> None:
        """Wait until the voices are known."""
        await self._loaded.wait()

    async def warm_up(self) -> None:
        """Wait until an engine is warm."""
        await self._warm.wait()

    @property
    def warm(self) -> bool:
        """An engine is there."""
        return bool(self._peers)

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> RemoteUtterance:
        """On the least loaded engine. Raises Overloaded."""
        if not self._peers:
            raise Overloaded("the engine is starting again", retry_after=RETRY_SECONDS)
        utterance = RemoteUtterance(next(self._numbers), options, context, self._leave)
        self._place(utterance, least_loaded(self._peers.values()))
        return utterance

    def status(self) -> EngineStatus:
        return total(self.statuses())

    def statuses(self) -> tuple[EngineStatus, ...]:
        """Of each engine that is there."""
        found = (peer.status for peer in self._peers.values())
        return tuple(status for status in found if status is not None)

    async def close(self) -> None:
        for peer in self._peers.values():
            for utterance in list(peer.utterances.values()):
                utterance.ended(EngineFailed("the engine is closed"))
            peer.close()
        self._peers.clear()
        for utterance in list(self._homeless):
            self._give_up(utterance)

    # What the supervisor tells.

    def follow(self, board: Board) -> None:
        """Engines have come or gone."""
        if board.voices:
            self._voices = board.voices
            self._loaded.set()
        warm = {child.serial: child for child in board.of("engine") if child.ready}
        lost = [self._peers.pop(serial) for serial in self._peers.keys() - warm.keys()]
        for serial, child in warm.items():
            if serial not in self._peers:
                self._peers[serial] = Peer(self, child, self._folder, self._name)
            self._peers[serial].child = child
        for peer in lost:
            peer.close()
            log.warning("engine lost", extra={"record": {"utterances": len(peer.utterances)}})
            for utterance in peer.utterances.values():
                self._replace(utterance)
        if self._peers:
            self._warm.set()
            for utterance in list(self._homeless):
                self._homeless.pop(utterance).cancel()
                self._replace(utterance)

    def refused(self, utterance: RemoteUtterance, peer: Peer, error: Overloaded) -> None:
        """An engine has no room; another one may."""
        del peer.utterances[utterance.number]
        utterance.tried.add(peer.child.serial)
        others = [p for serial, p in self._peers.items() if serial not in utterance.tried]
        if others:
            self._place(utterance, least_loaded(others))
        else:
            utterance.ended(error)

    def _place(self, utterance: RemoteUtterance, peer: Peer) -> None:
        peer.utterances[utterance.number] = utterance
        utterance.speak_on(peer)

    def _replace(self, utterance: RemoteUtterance) -> None:
        """Its engine has died."""
        utterance.lost()
        if utterance.over:
            return
        if self._peers:
            self._place(utterance, least_loaded(self._peers.values()))
        else:
            loop = asyncio.get_running_loop()
            self._homeless[utterance] = loop.call_later(self._patience, self._give_up, utterance)

    def _give_up(self, utterance: RemoteUtterance) -> None:
        utterance.ended(EngineFailed("the engine did not come back"))

    def _leave(self, utterance: RemoteUtterance) -> None:
        """The utterance is over: nothing is to be heard of it."""
        if (timer := self._homeless.pop(utterance, None)) is not None:
            timer.cancel()
        for peer in self._peers.values():
            peer.utterances.pop(utterance.number, None)


def least_loaded(peers: Iterable[Peer]) -> Peer:
    """Where an utterance is placed."""
    return min(peers, key=lambda peer: peer.load)
