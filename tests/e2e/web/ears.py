"""Compares what a loudspeaker got with the frames that came over the wire."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.e2e.web.conftest import Recording

FRAME_RATE: Final = 16_000
PIECE_SECONDS: Final = 0.1
# How far, in seconds, a piece may lie behind the one before it: the sound broke off in between.
GAP_SECONDS: Final = 10.0
GOOD_DB: Final = 20.0
# The power of a piece that is hardly heard.
PAUSE: Final = 1e-5
# Above it the filter in the page falls off.
PASS_HERTZ: Final = 7_000


def wanted(frames: list[bytes], rate: int) -> NDArray[np.float64]:
    """The frames' samples at another rate, by an ideal filter."""
    pcm = np.frombuffer(b"".join(frames), "<i2").astype(np.float64) / 32768
    # A whole number of samples at both rates, and silence around, since a DFT is a circle.
    unit = FRAME_RATE // int(np.gcd(FRAME_RATE, rate))
    padded = np.zeros(-(-(len(pcm) + 2 * FRAME_RATE) // unit) * unit)
    padded[: len(pcm)] = pcm
    size = len(padded) * rate // FRAME_RATE
    spectrum = np.fft.rfft(padded)
    whole = np.zeros(size // 2 + 1, complex)
    whole[: len(spectrum)] = spectrum
    made = passed(np.fft.irfft(whole, size) * size / len(padded), rate)
    return made[: len(pcm) * rate // FRAME_RATE]


def passed(sound: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Only what lies below PASS_HERTZ."""
    spectrum = np.fft.rfft(sound)
    spectrum[int(PASS_HERTZ * len(sound) / rate) :] = 0
    below: NDArray[np.float64] = np.fft.irfft(spectrum, len(sound))
    return below


def places(recording: Recording, frames: list[bytes]) -> dict[int, int | None]:
    """Where each piece of the frames was rendered, in samples of the AudioContext.

    None: it is nowhere as it should be, because the sound broke off in it. Pauses, which are alike
    everywhere, are left out.
    """
    sound = wanted(frames, recording.rate)
    heard = passed(recording.samples.astype(np.float64), recording.rate)
    size = int(PIECE_SECONDS * recording.rate)
    found: dict[int, int | None] = {}
    behind = 0
    for number in range(len(sound) // size):
        piece = sound[number * size : (number + 1) * size]
        if np.square(piece).mean() < PAUSE:
            behind += size if alike(heard[behind : behind + size], piece) else 0
            continue
        if alike(heard[behind : behind + size], piece):
            at: int | None = behind
        else:
            at = search(heard, piece, behind, recording.rate)
        found[number] = None if at is None else at + recording.first
        behind = behind if at is None else at + size
    return found


def alike(heard: NDArray[np.float64], piece: NDArray[np.float64]) -> bool:
    """They differ by little."""
    if len(heard) < len(piece):
        return False
    power = float(np.square(piece).mean())
    noise = float(np.square(heard - piece).mean())
    return noise <= max(power, PAUSE) * 10 ** (-GOOD_DB / 10)


def search(
    heard: NDArray[np.float64], piece: NDArray[np.float64], start: int, rate: int
) -> int | None:
    """Where the piece is, at `start` or later."""
    span = heard[start : start + int(GAP_SECONDS * rate) + len(piece)]
    if len(span) < len(piece):
        return None
    size = len(span) + len(piece)
    product = np.fft.rfft(span, size) * np.conj(np.fft.rfft(piece, size))
    match = np.fft.irfft(product, size)[: len(span) - len(piece) + 1]
    energy = np.cumsum(np.concatenate([[0.0], np.square(span)]))
    energy = energy[len(piece) :] - energy[: -len(piece)]
    best = int(np.argmin(energy - 2 * match))
    return start + best if alike(span[best : best + len(piece)], piece) else None
