"""Units of an utterance, and small models' voices, for the tests of the engine."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from vvstream.audio import AudioChunk, UnitSpan
from vvstream.engine.pipeline import speak
from vvstream.engine.tick import Job, Ticker
from vvstream.options import SpeechOptions

# Ids of the inventory; 0 is the boundary, which the engine adds.
UNITS = st.lists(st.integers(1, 177), max_size=24)


def some_units(count: int, seed: int = 0) -> list[int]:
    """So many units, the same each time."""
    chance = random.Random(seed)
    return [chance.randint(1, 177) for _ in range(count)]


def options(seed: int = 5, speed: float = 1.0) -> SpeechOptions:
    """With nothing else asked for; the engine takes the voice as a row, apart."""
    return SpeechOptions("", 2.0, 5, speed, seed)


def say(
    ticker: Ticker,
    units: Sequence[int],
    voice: int = 0,
    *,
    seed: int = 5,
    speed: float = 1.0,
    context: Sequence[int] = (),
) -> list[AudioChunk]:
    """What one listener alone hears."""
    return list(speak(ticker, units, voice, options(seed, speed), context=context))


def heard_by(job: Job, ticker: Ticker, company: Sequence[Job] = ()) -> list[AudioChunk]:
    """What one tick makes for a job, in any company."""
    made = ticker.tick([*company, job])
    return [chunk for who, chunk in made if who is job and chunk is not None]


def said(chunks: Iterable[AudioChunk]) -> tuple[bytes, list[UnitSpan]]:
    """What is heard, and which unit when, however it is cut into chunks.

    Spans come when their times are known, which is earlier where more units are there, and where
    the encoder goes along with that of others.
    """
    heard = list(chunks)
    sound = b"".join(chunk.samples for chunk in heard)
    return sound, [span for chunk in heard for span in chunk.spans]


def samples_of(chunks: Iterable[AudioChunk]) -> NDArray[np.float64]:
    """The samples of some chunks, in -1 ... 1."""
    pcm = b"".join(chunk.samples for chunk in chunks)
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32767


def decibels_between(signal: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How far below the signal its difference from another one is, in dB."""
    power = float(np.square(signal).sum())
    return float(10 * np.log10(power / (float(np.square(signal - other).sum()) + 1e-12 * power)))
