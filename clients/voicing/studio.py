"""Where cues are spoken ahead of their time: one call each, kept while it may be wanted."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

from playing.pcm import samples_of
from vvstream_client import RESUMABLE, SAMPLE_RATE, Options, SpeechError, speak

AT_ONCE = 3
"""Calls at the same time; a server gives each a slot of its own."""
KEPT = 64
PATIENCE = 120.0
"""Seconds for a server that is busy or away."""
PAUSE = 0.5
QUIET = 100
"""-50 dBFS: what is softer at the edges of a cue is no speech."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said, by whom and how fast."""

    text: str
    voice: str
    speed: float


class Studio:
    """Has texts spoken by the server; the same is not asked twice."""

    def __init__(self, url: str, options: Options) -> None:
        self._url = url
        self._options = replace(options, pace="fast", events=None)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._takes: OrderedDict[Wording, asyncio.Task[bytes]] = OrderedDict()

    def begin(self, wording: Wording) -> "asyncio.Task[bytes]":
        """Speak it now, or soon."""
        if wording not in self._takes:
            self._takes[wording] = asyncio.create_task(self._speak(wording))
            if len(self._takes) > KEPT:
                self._takes.popitem(last=False)
        return self._takes[wording]

    async def take(self, wording: Wording) -> bytes:
        """Its sound, s16le at 16 kHz, without the silence around it. Raises SpeechError."""
        return await asyncio.shield(self.begin(wording))

    async def close(self) -> None:
        """Stop whatever is being spoken."""
        for task in self._takes.values():
            task.cancel()
        await asyncio.gather(*self._takes.values(), return_exceptions=True)

    async def _speak(self, wording: Wording) -> bytes:
        options = replace(self._options, voice=wording.voice, speed=wording.speed)
        clock = asyncio.get_running_loop().time
        deadline = clock() + PATIENCE
        async with self._free:
            while True:
                try:
                    frames = [frame async for frame in speak(self._url, wording.text, options)]
                    return trimmed(b"".join(frames))
                except SpeechError as error:
                    pause = max(PAUSE, error.retry_after or 0.0)
                    if error.code not in RESUMABLE or clock() + pause > deadline:
                        raise
                # The same wording gives the same sound: nothing is lost by asking again.
                await asyncio.sleep(pause)


def trimmed(sound: bytes) -> bytes:
    """Without the silence at both ends."""
    samples = samples_of(sound)
    first, last = 0, len(samples)
    while first < last and abs(samples[first]) < QUIET:
        first += 1
    while last > first and abs(samples[last - 1]) < QUIET:
        last -= 1
    return sound[2 * first : 2 * last]


def seconds_of(sound: bytes) -> float:
    """How long s16le sound at 16 kHz is."""
    return len(sound) / 2 / SAMPLE_RATE
