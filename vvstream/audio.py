"""Sound as it travels between the engine, the framer and the listener: s16le, mono, 16 kHz."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from vvstream.errors import EngineFailed

SAMPLE_RATE: Final = 16_000
SAMPLE_BYTES: Final = 2
PCM_PEAK: Final = 32_767
"""Full scale; -32768 is never made."""
AUDIBLE: Final = 104
"""-50 dB of full scale: a sample of this size or more is heard, one below is silence."""
HOP: Final = 200
"""Samples a mel frame: 12.5 ms, the rate at which the models work."""
FRAME_SAMPLES: Final = 320
FRAME_BYTES: Final = FRAME_SAMPLES * SAMPLE_BYTES
FRAME_SECONDS: Final = FRAME_SAMPLES / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """When one unit is spoken: [start, end) in samples of its utterance's audio.

    `unit` is the index of the unit as fed to the utterance, from 0.
    """

    unit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans of units that follow one another: each begins where the one before it ends.

    Only numbers, since an engine makes them for thousands of listeners; who wants to know of a
    unit iterates over them.
    """

    first: int = 0
    """The first unit."""
    edges: tuple[int, ...] = ()
    """Where it begins, and where it and each one after it ends; none where there is no unit."""

    def __len__(self) -> int:
        return max(0, len(self.edges) - 1)

    def __iter__(self) -> Iterator[UnitSpan]:
        for number, start in enumerate(self.edges[:-1]):
            yield UnitSpan(self.first + number, start, self.edges[number + 1])

    def then(self, following: "Spans") -> "Spans":
        """These, and those that follow them."""
        if not self.edges or not following.edges:
            return self if self.edges else following
        return Spans(self.first, self.edges + following.edges[1:])

    def since(self, unit: int) -> "Spans":
        """Without those of the units before this one."""
        if not self.edges or self.first >= unit:
            return self
        skipped = unit - self.first
        return Spans(unit, self.edges[skipped:]) if skipped < len(self) else Spans()

    def earlier(self, samples: int) -> "Spans":
        """So many samples earlier, but none before 0."""
        if not self.edges or (not samples and self.edges[0] >= 0):
            return self
        moved = [edge - samples if edge > samples else 0 for edge in self.edges]
        return Spans(self.first, tuple(moved))


NO_SPANS: Final = Spans()


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A piece of an utterance's audio: any number of samples, not aligned to frames.

    A unit's span comes no later than the chunk in which the unit begins; the earlier it comes, the
    earlier a word's end is known.
    """

    samples: bytes
    spans: Spans = NO_SPANS


Heard: TypeAlias = AudioChunk | EngineFailed | None
"""A chunk, what broke, or the end."""
Hear: TypeAlias = Callable[[Sequence[tuple[int, Heard]]], None]
"""Takes all that one tick made for one listener, by the utterances' numbers. Must not block."""
