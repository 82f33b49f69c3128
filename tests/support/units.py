"""Units of an utterance, and small models' voices, for the tests of the engine."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from vvstream.audio import AudioChunk

# Ids of the inventory; 0 is the boundary, which the engine adds.
UNITS = st.lists(st.integers(1, 177), max_size=24)


def some_units(count: int, seed: int = 0) -> list[int]:
    """So many units, the same each time."""
    chance = random.Random(seed)
    return [chance.randint(1, 177) for _ in range(count)]


def samples_of(chunks: Iterable[AudioChunk]) -> NDArray[np.float64]:
    """The samples of some chunks, in -1 ... 1."""
    pcm = b"".join(chunk.samples for chunk in chunks)
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32767


def decibels_between(signal: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How far below the signal its difference from another one is, in dB."""
    power = float(np.square(signal).sum())
    return float(10 * np.log10(power / (float(np.square(signal - other).sum()) + 1e-12 * power)))
