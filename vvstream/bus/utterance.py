"""An utterance that an engine in another process speaks."""

import asyncio
from array import array
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from vvstream.audio import SAMPLE_BYTES, AudioChunk
from vvstream.bus import messages as m
from vvstream.errors import EngineFailed, VvstreamError
from vvstream.options import PLAIN, Manner, SpeechOptions

# What it was given is kept so that another engine can begin again: this is over an hour's, 128 kB.
KEPT_UNITS = 65_536
# An utterance that was on so many engines when they died may be what they died of. Not fewer: all
# engines may be ended at once, and it is placed on one after another before that is known.
LIVES = 5


class Speaker(Protocol):
    """An engine that can be told; see remote.Peer."""

    def order(self, order: m.Order) -> None:
        """Tell it."""

    def took(self, number: int, samples: int) -> None:
        """The listener took so much."""


class RemoteUtterance:
    """Implements `Utterance`. `leave` is called when it is over.

    Belongs to the gateway's event loop, like all that calls it.
    """

    def __init__(
        self,
        number: int,
        options: SpeechOptions,
        context: Sequence[int],
        leave: Callable[["RemoteUtterance"], None],
    ) -> None:
        self.number = number
        self.over = False
        self.peer: Speaker | None = None
        self._open = m.Open(number, options, tuple(context))
        self._leave = leave
        self._fed: list[tuple[Manner | None, array[int]]] = []  # two bytes a unit
        self._units = 0
        self._finished = False
        self._then: tuple[int, ...] = ()
        self._deaths = 0
        self._samples = 0  # that have arrived
        self._spans = 0  # whose units are known
        self._taken = 0  # of these, by the listener
        self._again = 0  # samples that come a second time
        self._settled = 0  # of these, those that need not be taken again
        self.tried: set[int] = set()
        """Engines (serials) that had no room for it."""
        self._arrived: deque[AudioChunk | VvstreamError | None] = deque()
        self._news = asyncio.Event()

    # The session's side.

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        if self._finished:
            raise RuntimeError("fed after finish")
        how = None if manner == PLAIN else manner
        self._units += len(units)
        if self._units > KEPT_UNITS:
            self._fed.clear()
        elif self._fed and self._fed[-1][0] == how:
            self._fed[-1][1].extend(units)
        else:
            self._fed.append((how, array("H", units)))
        self._tell(m.Feed(self.number, tuple(units), how))

    def finish(self, then: Sequence[int] = ()) -> None:
        self._finished, self._then = True, tuple(then)
        self._tell(m.Finish(self.number, self._then))

    def cancel(self) -> None:
        self._tell(m.Cancel(self.number))
        self.ended(None)
        self._arrived.clear()
        self._arrived.append(None)

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        while True:
            while not self._arrived:
                self._news.clear()
                await self._news.wait()
            item = self._arrived.popleft()
            if item is None:
                return
            if isinstance(item, VvstreamError):
                raise item
            samples = len(item.samples) // SAMPLE_BYTES
            self._taken += samples
            self._took(samples)
            yield item

    # The engine's side.

    def speak_on(self, peer: Speaker) -> None:
        """Give an engine all that there is so far."""
        self.peer = peer
        self._again, self._settled = self._samples, self._taken
        peer.order(self._open)
        for how, units in self._fed:
            peer.order(m.Feed(self.number, tuple(units), how))
        if self._finished:
            peer.order(m.Finish(self.number, self._then))

    def heard(self, chunk: AudioChunk) -> None:
        """The engine made this."""
        samples = chunk.samples
        if self._again:
            passed = min(self._again, len(samples) // SAMPLE_BYTES)
            self._again -= passed
            settled = min(passed, self._settled)
            self._settled -= settled
            self._took(settled)
            samples = samples[passed * SAMPLE_BYTES :]
        spans = chunk.spans.since(self._spans)
        if spans:
            self._spans = spans.first + len(spans)
        if samples or spans:
            self._samples += len(samples) // SAMPLE_BYTES
            self._arrived.append(AudioChunk(samples, spans))
            self._news.set()

    def ended(self, error: VvstreamError | None) -> None:
        """Nothing more comes: all of it was made, or something is wrong."""
        if not self.over:
            self.over = True
            self._leave(self)
            self.peer = None
            self._fed.clear()
            self._arrived.append(error)
            self._news.set()

    def lost(self) -> None:
        """Its engine has died."""
        self.peer = None
        self._deaths += 1
        if self._deaths >= LIVES:
            self.ended(EngineFailed("the engine broke, again and again"))
        elif self._units > KEPT_UNITS:
            self.ended(EngineFailed("the engine broke, and this speech is too long to begin again"))

    def _tell(self, order: m.Order) -> None:
        if self.peer is not None:
            self.peer.order(order)

    def _took(self, samples: int) -> None:
        if self.peer is not None:
            self.peer.took(self.number, samples)
