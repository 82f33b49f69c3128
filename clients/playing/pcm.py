"""Arithmetic on s16le sound, with the standard library alone."""

import array
import sys
from collections.abc import Callable

LOUDEST = 32_767


def samples_of(sound: bytes) -> "array.array[int]":
    """The samples of s16le sound."""
    samples = array.array("h", sound)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def bytes_of(samples: "array.array[int]") -> bytes:
    """The opposite of `samples_of`."""
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples.tobytes()


def louder(volume: float) -> Callable[[bytes], bytes]:
    """A function that scales s16le sound by `volume`, clipping where it must."""
    if volume == 1.0:
        return lambda sound: sound

    def scale(sound: bytes) -> bytes:
        scaled = (clipped(sample * volume) for sample in samples_of(sound))
        return bytes_of(array.array("h", scaled))

    return scale


def clipped(value: float) -> int:
    """The sample nearest to this value."""
    return max(-LOUDEST - 1, min(LOUDEST, round(value)))
