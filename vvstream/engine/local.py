"""Utterances for listeners on an event loop of this process."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from vvstream.audio import SAMPLE_BYTES, AudioChunk, Hear, Heard
from vvstream.engine.voicing import EngineVoicing
from vvstream.errors import EngineFailed
from vvstream.options import PLAIN, Manner


class Post:
    """Hands what a tick made to one event loop, in one call a tick."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._numbers = itertools.count()
        self._utterances: dict[int, EngineUtterance] = {}

    def open(self, begin: Callable[[int, Hear], EngineVoicing]) -> EngineUtterance:
        """`begin` takes the utterance's number here, and who hears of it."""
        number = next(self._numbers)
        utterance = EngineUtterance(begin(number, self._hear), self._forget)
        self._utterances[number] = utterance
        return utterance

    def abandon(self) -> None:
        """The loop is closed, and nobody is left to hear: free every slot."""
        for utterance in list(self._utterances.values()):
            utterance.cancel()

    def _hear(self, news: Sequence[tuple[int, Heard]]) -> None:
        """On the engine's thread. Raises RuntimeError if the loop is closed."""
        self.loop.call_soon_threadsafe(self._arrive, news)

    def _arrive(self, news: Sequence[tuple[int, Heard]]) -> None:
        for number, heard in news:
            if utterance := self._utterances.get(number):
                utterance.arrive(heard)
            if not isinstance(heard, AudioChunk):
                self._forget(number)

    def _forget(self, number: int) -> None:
        self._utterances.pop(number, None)


class Posts:
    """One post for each event loop that listens."""

    def __init__(self) -> None:
        self._posts: dict[asyncio.AbstractEventLoop, Post] = {}

    def of(self, loop: asyncio.AbstractEventLoop) -> Post:
        """The post of a loop."""
        if loop not in self._posts:
            self._posts[loop] = Post(loop)
        return self._posts[loop]

    def sweep(self) -> None:
        """Forget the loops that are closed, and what was being said to them."""
        for loop in [loop for loop in self._posts if loop.is_closed()]:
            self._posts.pop(loop).abandon()


class EngineUtterance:
    """One text being spoken; implements `Utterance`. Its methods belong to the event loop."""

    def __init__(self, voicing: EngineVoicing, forget: Callable[[int], None]) -> None:
        self._voicing = voicing
        self._forget = forget
        self._arrived: deque[Heard] = deque()
        self._news = asyncio.Event()

    @property
    def ahead(self) -> float:
        """Seconds of sound made and not yet taken."""
        return self._voicing.ahead

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Append units. Raises RuntimeError after `finish`; does nothing after `cancel`."""
        self._voicing.feed(units, manner)

    def finish(self, then: Sequence[int] = ()) -> None:
        """No more units come; see ports.Utterance."""
        self._voicing.finish(then)

    def cancel(self) -> None:
        """Stop at once and free the slot; from any state, any number of times."""
        self._voicing.cancel()
        self._forget(self._voicing.number)
        self._arrived.clear()
        self.arrive(None)

    def arrive(self, heard: Heard) -> None:
        """What the engine made."""
        self._arrived.append(heard)
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        while True:
            while not self._arrived:
                self._news.clear()
                await self._news.wait()
            heard = self._arrived.popleft()
            if heard is None:
                return
            if isinstance(heard, EngineFailed):
                raise heard
            self._voicing.took(len(heard.samples) // SAMPLE_BYTES)
            yield heard
