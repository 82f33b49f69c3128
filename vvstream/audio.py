"""Sound as it travels between the engine, the framer and the listener: s16le, mono, 16 kHz."""

from collections.abc import Callable, Sequence
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
class AudioChunk:
    """A piece of an utterance's audio: any number of samples, not aligned to frames.

    A unit's span comes no later than the chunk in which the unit begins; the earlier it comes, the
    earlier a word's end is known.
    """

    samples: bytes
    spans: tuple[UnitSpan, ...] = ()


Heard: TypeAlias = AudioChunk | EngineFailed | None
"""A chunk, what broke, or the end."""
Hear: TypeAlias = Callable[[Sequence[tuple[int, Heard]]], None]
"""Takes all that one tick made for one listener, by the utterances' numbers. Must not block."""
