"""An engine without a model: each unit is a tone of its own, as long as its id says.

It keeps the contract of ports.Engine: chunks of any size, spans no later than the chunk in which a
unit begins, a bounded queue, slots, cancellation. Faults are injected by name.
"""

import array
import asyncio
import functools
import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from vvstream.audio import AudioChunk, Hear, Spans
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import PLAIN, Manner, SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus

VOICES = (
    VoiceInfo("en-Heart_woman", "en", "woman"),
    VoiceInfo("en-Sarah_woman", "en", "woman"),
    VoiceInfo("en-Michael_man", "en", "man"),
    VoiceInfo("en-Eric_man", "en", "man"),
)


@functools.cache
def unit_samples(unit: int, options: SpeechOptions, manner: Manner = PLAIN) -> bytes:
    """The sound of one unit, s16le: 400 to 1,039 samples at speed 1, where nothing is asked for."""
    length = int((400 + unit % 64 * 10) / (options.speed * manner.rate))
    if manner.seconds is not None:
        length = int(16_000 * manner.seconds) + 1
    pitch = (unit + 3) * (2 if options.voice.endswith("_woman") else 1) * manner.pitch
    level, step = 8_000 * manner.volume, (pitch + options.seed) / 500
    tone = (int(level * math.sin(i * step)) for i in range(length))
    return array.array("h", tone).tobytes()


def speech(units: Sequence[int], options: SpeechOptions) -> bytes:
    """The sound of a whole utterance."""
    return b"".join(unit_samples(unit, options) for unit in units)


@dataclass
class Faults:
    """What goes wrong."""

    fail_at: int | None = None
    """The engine breaks before this unit."""
    crash_at: int | None = None
    """Like fail_at, with an error that nobody foresaw."""
    gate: Callable[[int], "asyncio.Future[None] | None"] = field(default=lambda unit: None)
    """Gives what to wait for before a unit is spoken."""
    never_warm: bool = False
    late_spans: bool = False
    """Spans come with the chunk in which the unit begins; else as soon as it is fed."""


class ToneEngine:
    """`slots` utterances at once; chunks are cut by a random generator of this seed."""

    def __init__(self, slots: int = 4, seed: int = 0, faults: Faults | None = None) -> None:
        self.slots = slots
        self.faults = faults or Faults()
        self.open_now: set[ToneUtterance] = set()
        self.opened: list[ToneUtterance] = []
        self.closed = False
        self.failed: str | None = None
        self.warm = asyncio.Event()
        self.idle = asyncio.Event()
        """No slot is taken."""
        self._random = random.Random(seed)

    def voices(self) -> tuple[VoiceInfo, ...]:
        return VOICES

    async def warm_up(self) -> None:
        if self.faults.never_warm:
            raise EngineFailed("no warmth")
        self.warm.set()

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> "ToneUtterance":
        if len(self.open_now) >= self.slots:
            raise Overloaded("no free slot", retry_after=1.0)
        cuts = random.Random(self._random.random())
        utterance = ToneUtterance(self, options, tuple(context), cuts)
        self.open_now.add(utterance)
        self.idle.clear()
        self.opened.append(utterance)
        return utterance

    def begin(
        self, number: int, options: SpeechOptions, context: Sequence[int], hear: Hear
    ) -> "ToneVoicing":
        return ToneVoicing(number, self.open(options, context), hear)

    def status(self) -> EngineStatus:
        used, made = len(self.open_now), sum(one.samples for one in self.opened) / 16_000
        return EngineStatus("tones", "cpu", 1 << 20, 1 << 30, used, self.slots, 0, 0, 0.0, made)

    def lateness(self) -> float:
        return self.status().lateness_p99_s

    def leave(self, utterance: "ToneUtterance") -> None:
        """Free a slot."""
        self.open_now.discard(utterance)
        if not self.open_now:
            self.idle.set()

    async def close(self) -> None:
        for utterance in list(self.open_now):
            utterance.cancel()
        self.closed = True


class ToneUtterance:
    """One text; pulled by its consumer, a chunk at a time."""

    def __init__(
        self,
        engine: ToneEngine,
        options: SpeechOptions,
        context: tuple[int, ...],
        cuts: random.Random,
    ) -> None:
        self.options = options
        self.context = context
        """What was spoken before it; its sound does not depend on it."""
        self.units: list[int] = []
        self.manners: list[Manner] = []
        self.samples = 0
        """Made so far."""
        self.cancelled = False
        self.then: tuple[int, ...] = ()
        """What would follow; its sound does not depend on it."""
        self._engine = engine
        self._cuts = cuts
        self._finished = False
        self._more = asyncio.Event()

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        assert not self._finished, "fed after finish"
        self.manners += [manner] * len(units)
        self.units += units
        self._more.set()

    def finish(self, then: Sequence[int] = ()) -> None:
        self._finished, self.then = True, tuple(then)
        self._more.set()

    def cancel(self) -> None:
        self.cancelled = True
        self._engine.leave(self)
        self._more.set()

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        faults = self._engine.faults
        ready, spans = bytearray(), Spans()
        unit, known, known_at = 0, 0, 0
        while True:
            while unit == len(self.units) and not self._finished and not self.cancelled:
                self._more.clear()
                await self._more.wait()
            if self.cancelled or unit == len(self.units):
                break
            if (gate := faults.gate(unit)) is not None:
                await gate
            if unit == faults.fail_at:
                raise EngineFailed("the tone is out of tune")
            if unit == faults.crash_at:
                raise ZeroDivisionError("nobody foresaw this")
            limit = unit + 1 if faults.late_spans else len(self.units)
            for index in range(known, limit):
                end = known_at + len(self._sound(index)) // 2
                spans = spans.then(Spans(index, (known_at, end)))
                known, known_at = index + 1, end
            ready += self._sound(unit)
            unit += 1
            while len(ready) > 1_600 and not self.cancelled:
                size = 2 * self._cuts.randint(1, 800)
                yield self._chunk(ready, size, spans)
                spans = Spans()
        if not self.cancelled and ready:
            yield self._chunk(ready, len(ready), spans)
        self._engine.leave(self)

    def _sound(self, index: int) -> bytes:
        return unit_samples(self.units[index], self.options, self.manners[index])

    def _chunk(self, ready: bytearray, size: int, spans: Spans) -> AudioChunk:
        data = bytes(ready[:size])
        del ready[:size]
        self.samples += len(data) // 2
        return AudioChunk(data, spans)


class ToneVoicing:
    """The same, heard by a callback; AHEAD samples are made beyond what was taken."""

    AHEAD = 3_200

    def __init__(self, number: int, utterance: ToneUtterance, hear: Hear) -> None:
        self.feed = utterance.feed
        self.finish = utterance.finish
        self.utterance = utterance
        self._ahead = 0
        self._room = asyncio.Event()
        self._task = asyncio.create_task(self._speak(number, hear))

    def cancel(self) -> None:
        self.utterance.cancel()
        self._task.cancel()

    def took(self, samples: int) -> None:
        self._ahead -= samples
        self._room.set()

    async def _speak(self, number: int, hear: Hear) -> None:
        try:
            async for chunk in self.utterance:
                hear([(number, chunk)])
                self._ahead += len(chunk.samples) // 2
                while self._ahead >= self.AHEAD:
                    self._room.clear()
                    await self._room.wait()
        except EngineFailed as error:
            hear([(number, error)])
        else:
            hear([(number, None)])
