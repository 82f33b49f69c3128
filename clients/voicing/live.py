"""At its time: a track that plays while cues are put into what is still to come."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from playing.playback import Sink
from voicing.cue import Cue, Problem
from voicing.director import Director, Placed
from voicing.mixer import Mixer
from voicing.render import Show, placed_or_refused, put
from voicing.studio import AT_ONCE

LEAD = 0.3
"""Seconds that what is being said may be ahead of the wall clock."""
STEP = 0.02
"""Seconds by which the track may be out of step with it where nothing is being said."""
AHEAD = 10.0
"""Seconds before its time in which a cue is spoken."""


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> float:
        """Seconds from some moment on."""

    async def sleep(self, seconds: float) -> None:
        """Let them pass."""


class WallClock:
    """The real one."""

    def now(self) -> float:
        """Seconds from some moment on."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let them pass."""
        await asyncio.sleep(seconds)


class Stage:
    """A track and the card that it sounds on."""

    def __init__(
        self,
        sink: Sink,
        scale: Callable[[bytes], bytes],
        progress: Callable[[float], None],
        origin: float = 0.0,
        clock: Clock | None = None,
    ) -> None:
        """`origin`: where in the subtitles' time the track begins, in seconds."""
        self._sink = sink
        self._scale = scale
        self._progress = progress
        self._clock = clock or WallClock()
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
            sound: asyncio.Task[None] | None = None
            async for cue in cues:
                if isinstance(cue, Problem):
                    show(cue)
                    continue
                if cue.start - AHEAD > self.now():
                    sound = sound or group.create_task(self._sound())
                    await self._until(cue.start - AHEAD)
                placed = await placed_or_refused(director, cue, self.now())
                if isinstance(placed, Placed) and not placed.dropped:
                    placed = self._put(placed, director)
                show(placed)
                # Time begins once the first cue is there: else one that begins at once is late.
                sound = sound or group.create_task(self._sound())
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
        """Write the track, in step with the wall clock: corrected where nothing is being said.

        A card's clock is not the wall's, and a stall leaves a gap; a film waits for neither.
        """
        begun: float | None = None
        skipped = 0.0
        while not (self._over and self.now() >= self._end):
            heard, now = self._sink.heard(), self._clock.now()
            if begun is None and heard > 0:
                begun = now - heard
            ahead = 0.0 if begun is None else heard + skipped - (now - begun)
            silent = self._mixer.silent(STEP)
            if ahead > (STEP if silent else LEAD):
                self._sink.pause()
                await self._clock.sleep(ahead)
                continue
            piece = self._mixer.take()
            if silent and ahead < -STEP:
                skipped += STEP
            else:
                await asyncio.to_thread(self._sink.write, self._scale(piece))
            self._moved.set()
            self._progress(self.now())


async def of_file(cues: Sequence[Cue], director: Director) -> AsyncIterator[Cue | Problem]:
    """The cues of a file; the next ones are spoken while one is placed."""
    for number, cue in enumerate(cues):
        for coming in cues[number : number + AT_ONCE + 1]:
            director.prepare(coming)
        yield cue
