"""A session as it is heard: frames to a sink, and its events by the sound's own clock."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from vvstream_client import FRAME_SECONDS, Event, Session

AHEAD = 10
"""Frames read before they are played: 200 ms for a mouth to prepare, or a network to stumble."""


class Sink(Protocol):
    """Where frames go; `playing.card.Card` and `playing.wav.WavFile` are sinks."""

    underruns: int
    """How often there was nothing to play although more was to come."""
    silence: float
    """Seconds of silence in these."""

    def write(self, sound: bytes) -> None:
        """Take s16le mono at 16 kHz; may block until there is room."""

    def heard(self) -> float:
        """Seconds of what was written that have sounded by now."""

    def pause(self) -> None:
        """Nothing is to come for now: a gap from here on is no underrun."""

    def drain(self) -> None:
        """Return when all that was written has sounded (or is on the disk)."""

    def close(self) -> None:
        """Stop at once."""


class Playback:
    """Plays one session into a sink.

    `dry` says whether the voice has nothing left to say; a gap then is a pause of the text. `scale`
    changes each frame on its way.
    """

    def __init__(
        self,
        session: Session,
        sink: Sink,
        *,
        dry: Callable[[], bool] = lambda: False,
        scale: Callable[[bytes], bytes] = lambda frame: frame,
        played: int = 0,
    ) -> None:
        """`played`: frames that the sink was given before this session."""
        self.played = 0
        """Frames given to the sink."""
        self._session = session
        self._sink = sink
        self._dry = dry
        self._scale = scale
        self._frames: deque[tuple[int, bytes]] = deque()
        self._changed = asyncio.Condition()
        self._over = False
        self._cancelling = 0
        self._before = played
        # (seconds written, how far the session's clock is ahead of them); one more a cancel.
        since = played * FRAME_SECONDS
        self._offsets: deque[tuple[float, float]] = deque([(since, -since)])

    def heard(self) -> float:
        """The session's audio clock at the sound that is heard now, in seconds."""
        at = self._sink.heard()
        while len(self._offsets) > 1 and self._offsets[1][0] <= at:
            self._offsets.popleft()
        return at + self._offsets[0][1]

    async def cancel(self) -> None:
        """Silence: drop all that was not played, here and on the server."""
        self._cancelling += 1
        async with self._changed:
            self._frames.clear()
            self._changed.notify_all()
        await self._session.cancel()

    async def events(self) -> AsyncGenerator[Event, None]:
        """Play to the end of the session; yields its events as they come, ahead of their sound.

        Raises SpeechError, and whatever the sink raises.
        """
        playing = asyncio.create_task(self._play())
        try:
            async for frame, events in self._session:
                for event in events:
                    if event["type"] == "cancelled":
                        # After a resume it may come twice.
                        self._cancelling = max(0, self._cancelling - 1)
                    elif self._cancelling and event["type"] in {"word", "viseme", "phoneme"}:
                        continue
                    yield event
                if frame and not self._cancelling:
                    await self._offer(self._session.next_seq - 1, frame, playing)
            async with self._changed:
                self._over = True
                self._changed.notify_all()
            await playing
            await asyncio.to_thread(self._sink.drain)
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    async def _offer(self, number: int, frame: bytes, playing: "asyncio.Task[None]") -> None:
        async with self._changed:
            self._frames.append((number, frame))
            self._changed.notify_all()
            await self._changed.wait_for(lambda: len(self._frames) < AHEAD or playing.done())
        if playing.done():
            playing.result()

    async def _play(self) -> None:
        try:
            while True:
                async with self._changed:
                    if not self._frames and self._dry():
                        self._sink.pause()
                    await self._changed.wait_for(lambda: self._frames or self._over)
                    if not self._frames:
                        return
                    number, frame = self._frames.popleft()
                    self._changed.notify_all()
                written = (self._before + self.played) * FRAME_SECONDS
                ahead = number * FRAME_SECONDS - written
                if abs(ahead - self._offsets[-1][1]) > FRAME_SECONDS / 2:
                    self._offsets.append((written, ahead))
                # A thread waits for the card, so that the loop does not.
                await asyncio.to_thread(self._sink.write, self._scale(frame))
                self.played += 1
        finally:
            # Whoever waits for room must see that there will be none.
            async with self._changed:
                self._changed.notify_all()
