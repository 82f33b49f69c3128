"""What is measured in a sound itself, without any judge: level, pauses, pitch, clicks, buzz.

Samples are float64[n] in -1 ... 1 at 16 kHz. Loudness is that of ITU-R BS.1770-4 (pyloudnorm).
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.prosody import HOP, WINDOW, pitch_of
from vvstream.audio import AUDIBLE, PCM_PEAK, SAMPLE_RATE

Samples = NDArray[np.float64]

BLOCK: Final = 160  # samples: 10 ms
SILENT_DB: Final = -50.0  # of full scale, RMS of a block
FAINT: Final = 34.0  # dB
PAUSE: Final = 5  # blocks: silence that is no stop consonant lasts so long at least
NOTHING_DB: Final = -100.0  # what digital silence is called
LEAST: Final = 0.4  # seconds: BS.1770 knows nothing shorter
CLICK: Final = 12.0  # times the root mean square of what is around it
AROUND: Final = 160  # samples on either side
ITSELF: Final = 8  # samples on either side that are the click's own
HISS: Final = (3_000.0, 7_500.0)  # Hz: where fricatives are
HISSING: Final = 0.12  # share of the power that lies there, in a fricative


def read(path: Path) -> Samples:
    """A WAV file of ours (s16le, mono, 16 kHz)."""
    with wave.open(str(path)) as file:
        samples: Samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / PCM_PEAK
    return samples


def audible(samples: Samples) -> Samples:
    """From the first to the last sample that is heard."""
    (heard,) = np.nonzero(np.abs(samples) >= AUDIBLE / PCM_PEAK)
    return samples[heard[0] : heard[-1] + 1] if heard.size else samples[:0]


def spoken(samples: Samples) -> Samples:
    """From the first to the last block that is less than FAINT below the loud ones.

    The same however loud it all is, so that the speed of two voices can be compared.
    """
    found = levels(samples)
    if not found.size or found.max() <= NOTHING_DB:
        return samples[:0]
    (heard,) = np.nonzero(found > np.percentile(found, 95) - FAINT)
    return samples[heard[0] * BLOCK : (heard[-1] + 1) * BLOCK]


def decibels(ratio: float) -> float:
    """An amplitude as dB of full scale."""
    return max(NOTHING_DB, 20 * float(np.log10(max(ratio, 1e-9))))


def loudness(samples: Samples) -> float:
    """LUFS; NOTHING_DB where there is too little to tell."""
    from pyloudnorm import Meter

    if samples.size < LEAST * SAMPLE_RATE:
        return NOTHING_DB
    return max(NOTHING_DB, float(Meter(SAMPLE_RATE).integrated_loudness(samples)))


def levels(samples: Samples) -> Samples:
    """dB of full scale of each block."""
    blocks = samples[: samples.size // BLOCK * BLOCK].reshape(-1, BLOCK)
    found: Samples = np.maximum(NOTHING_DB, 10 * np.log10(np.square(blocks).mean(1) + 1e-12))
    return found


def pauses(samples: Samples) -> list[slice]:
    """The blocks of each pause between two sounds."""
    quiet = levels(audible(samples)) < SILENT_DB
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
    runs = [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
    return [run for run in runs if run.stop - run.start >= PAUSE]


def clicks(samples: Samples) -> int:
    """Places where the sound bends far more sharply than before and after, and is heard: outliers
    of its second difference. The burst of a stop goes on, so it is none.
    """
    bends = np.abs(np.diff(samples, 2, prepend=0.0, append=0.0))
    power = np.concatenate(([0.0], np.cumsum(bends**2)))
    at = np.arange(bends.size)

    def beside(near: int, far: int) -> Samples:
        low, high = np.clip(at + near, 0, bends.size), np.clip(at + far, 0, bends.size)
        mean: Samples = (power[high] - power[low]) / np.maximum(1, high - low)
        return mean

    around = np.sqrt(np.maximum(beside(-AROUND, -ITSELF), beside(ITSELF + 1, AROUND + 1)))
    sharp = (bends > CLICK * around) & (bends > AUDIBLE / PCM_PEAK)
    (found,) = np.nonzero(sharp)
    return int(found.size and 1 + np.count_nonzero(np.diff(found) > AROUND))


@dataclass(frozen=True, slots=True)
class Hiss:
    """Voiced fricatives: how many windows, and how periodic their hiss is, 0 ... 1.

    Air that is let through by the vocal folds hisses in their rhythm, so a teacher's is not 0; a
    buzz is nearer to 1 than that.
    """

    windows: int
    periodic: float


def hiss(samples: Samples) -> Hiss:
    """Of the windows that have a pitch and a fricative's spectrum."""
    from scipy.signal import butter, hilbert, sosfiltfilt

    size, hop = int(WINDOW * SAMPLE_RATE), int(HOP * SAMPLE_RATE)
    if samples.size < 4 * size:
        return Hiss(0, 0.0)
    high = sosfiltfilt(butter(4, HISS, "bandpass", fs=SAMPLE_RATE, output="sos"), samples)
    envelope = np.abs(hilbert(high))
    found = []
    for number, pitch in enumerate(pitch_of(samples)):
        window = slice(number * hop, number * hop + size)
        power = float(np.square(samples[window]).sum())
        if np.isnan(pitch) or float(np.square(high[window]).sum()) < HISSING * power:
            continue
        lag = round(SAMPLE_RATE / float(pitch))
        part = envelope[window] - envelope[window].mean()
        ahead, behind = part[lag:], part[: size - lag]
        scale = float(np.sqrt(np.square(ahead).sum() * np.square(behind).sum()))
        found.append(float(ahead @ behind) / scale if scale else 0.0)
    return Hiss(len(found), float(np.mean(found)) if found else 0.0)


@dataclass(frozen=True, slots=True)
class Melody:
    """Pitch in voiced windows (Hz, semitones), and how the level varies there (dB)."""

    pitch: float
    spread: float
    """Standard deviation of the pitch."""
    swing: float
    """Standard deviation of the level."""


def melody(recordings: Sequence[Samples]) -> Melody:
    """Over all windows of all recordings that have a pitch; pitch is their median."""
    pitches, loud = [], []
    size, hop = int(WINDOW * SAMPLE_RATE), int(HOP * SAMPLE_RATE)
    for samples in recordings:
        found = pitch_of(samples)
        for number in np.flatnonzero(~np.isnan(found)):
            part = samples[number * hop : number * hop + size]
            pitches.append(found[number])
            loud.append(10 * np.log10(np.square(part).mean()))
    if not pitches:
        return Melody(0.0, 0.0, 0.0)
    middle = float(np.median(pitches))
    semitones = 12 * np.log2(np.array(pitches) / middle)
    # An octave's error of the tracker counts as an octave: leave those out.
    near = np.abs(semitones) < 10
    return Melody(middle, float(semitones[near].std()), float(np.std(loud)))
