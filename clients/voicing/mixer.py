"""One track from many sounds: silence between them, sums where they overlap."""

import array
from dataclasses import dataclass

from playing.pcm import bytes_of, clipped, samples_of
from vvstream_client import SAMPLE_RATE

DUCKED = 0.25
"""-12 dB: heard, and out of the way."""
FADE = SAMPLE_RATE // 20  # 50 ms: no click
PIECE = SAMPLE_RATE // 50


@dataclass
class Sounding:
    """A sound on the track."""

    samples: "array.array[int]"
    begin: int
    ducked_at: int | None = None

    @property
    def end(self) -> int:
        """The sample after its last."""
        return self.begin + len(self.samples)

    def edges(self) -> list[int]:
        """Where it begins, changes and ends."""
        return [self.begin, self.end, *([] if self.ducked_at is None else [self.ducked_at])]

    def gain(self, at: int) -> float:
        """How loud it is at this sample of the track."""
        if self.ducked_at is None or at < self.ducked_at:
            return 1.0
        return max(DUCKED, 1.0 - (1.0 - DUCKED) * (at - self.ducked_at) / FADE)


class Mixer:
    """A track that is taken from its beginning on, while sounds are put into what is to come."""

    def __init__(self) -> None:
        self._at = 0  # the next sample that is taken
        self._sounds: list[Sounding] = []

    @property
    def position(self) -> float:
        """Seconds that were taken."""
        return self._at / SAMPLE_RATE

    def silent(self, seconds: float) -> bool:
        """Whether nothing sounds in the next so many seconds."""
        end = self._at + round(seconds * SAMPLE_RATE)
        return all(sound.end <= self._at or sound.begin >= end for sound in self._sounds)

    def begin_of(self, begin: float) -> float:
        """When a sound that shall begin then would begin: what was taken cannot change."""
        return max(self.position, begin)

    def add(self, sound: bytes, begin: float, *, duck: bool = False) -> None:
        """Put a sound there, or as soon as can be; `duck`: what sounds then is soft from there."""
        at = max(self._at, round(begin * SAMPLE_RATE))
        if duck:
            for other in self._sounds:
                if other.ducked_at is None and other.begin <= at < other.end:
                    other.ducked_at = at
        self._sounds.append(Sounding(samples_of(sound), at))

    def take(self, until: float | None = None) -> bytes:
        """The next 20 ms, or all up to a time in seconds."""
        end = self._at + PIECE if until is None else round(until * SAMPLE_RATE)
        taken = bytearray()
        while self._at < end:
            taken += self._stretch(end)
            self._sounds = [sound for sound in self._sounds if sound.end > self._at]
        return bytes(taken)

    def _stretch(self, limit: int) -> bytes:
        """What follows, as far as nothing begins, ends or changes."""
        now = self._at
        edges = [edge for sound in self._sounds for edge in sound.edges() if edge > now]
        end = min([limit, *edges])
        self._at = end
        active = [sound for sound in self._sounds if sound.begin <= now < sound.end]
        if not active:
            return bytes(2 * (end - now))
        if len(active) == 1 and active[0].gain(end) == 1.0:
            one = active[0]
            return bytes_of(one.samples[now - one.begin : end - one.begin])
        mixed = (
            clipped(sum(one.samples[at - one.begin] * one.gain(at) for one in active))
            for at in range(now, end)
        )
        return bytes_of(array.array("h", mixed))
