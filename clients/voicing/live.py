"""At its time: a track that plays while cues are put into what is still to come."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence

from playing.playback import Sink
from voicing.cue import Cue, Problem
from voicing.director import Director, Placed
from voicing.mixer import Mixer
from voicing.render import Show, placed_or_refused, put
from voicing.studio import AT_ONCE

LEAD = 0.3
"""Seconds that the track is written ahead of the wall clock, where the card takes as much."""
DRIFT = 1.001  # a card's clock is not the wall's; the card's own pace decides
AHEAD = 10.0
"""Seconds before its time in which a cue is spoken."""


class Stage:
    """A track and the card that it sounds on."""

    def __init__(
        self,
        sink: Sink,
        scale: Callable[[bytes], bytes],
        progress: Callable[[float], None],
        origin: float = 0.0,
    ) -> None:
        """`origin`: where in the subtitles' time the track begins, in seconds."""
        self._sink = sink
        self._scale = scale
        self._progress = progress
        self._mixer = Mixer()
        self._origin = origin
        self._end = 0.0
        self._over = False
        self._moved = asyncio.Event()

    def now(self) -> float:
        """The time of the subtitles that is written next."""
        return self._origin + self._mixer.position

    async def play(
        self, cues: AsyncIterator[Cue | Problem], director: Director, show: Show
    ) -> None:
        """Speak all cues, then return. Raises SpeechError and OSError, alone or in a group."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sound())
            async for cue in cues:
                if isinstance(cue, Problem):
                    show(cue)
                    continue
                await self._until(cue.start - AHEAD)
                placed = await placed_or_refused(director, cue, self.now())
                if isinstance(placed, Placed) and not placed.dropped:
                    placed = self._put(placed, director)
                show(placed)
            self._over = True
        await asyncio.to_thread(self._sink.drain)

    def _put(self, placed: Placed, director: Director) -> Placed:
        begin = self._mixer.begin_of(placed.begin - self._origin) + self._origin
        if begin > placed.begin:
            placed = director.moved(placed, begin)
        put(self._mixer, placed, self._origin)
        self._end = max(self._end, placed.end)
        return placed

    async def _until(self, at: float) -> None:
        while at > self.now():
            self._moved.clear()
            await self._moved.wait()

    async def _sound(self) -> None:
        begun = time.monotonic()
        while not (self._over and self.now() >= self._end):
            ahead = self._mixer.position - (time.monotonic() - begun) * DRIFT - LEAD
            if ahead > 0:
                await asyncio.sleep(ahead)
            await asyncio.to_thread(self._sink.write, self._scale(self._mixer.take()))
            self._moved.set()
            self._progress(self.now())


async def of_file(cues: Sequence[Cue], director: Director) -> AsyncIterator[Cue | Problem]:
    """The cues of a file; the next ones are spoken while one is placed."""
    for number, cue in enumerate(cues):
        for coming in cues[number : number + AT_ONCE + 1]:
            director.prepare(coming)
        yield cue
