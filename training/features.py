"""What the students learn from: mel spectra, and the corpus laid out flat on one device.

Frames are 12.5 ms (80 Hz, 200 samples at 16 kHz), the teacher's own rate for F0 and energy; its
durations count 25 ms, two frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.corpus import read_corpus

SAMPLE_RATE = 16_000
HOP = 200
MELS = 80
FRAMES_PER_UNIT = 2
# The teacher's first unit is heard 50 to 150 ms before it begins by its durations: what is kept of
# the boundary before it begins where its sound does. Units of 25 ms, at least and at most.
OPENING_UNITS = (1, 6)
AUDIBLE = 0.01  # of the level that speech has where it is loud: -40 dB
LAST_UNITS = 8  # kept of the silence after an utterance
MEL_FRAMES = 40_000  # whose mels are made at once
UNVOICED = 10.0  # Hz; the teacher gives unvoiced frames about 0


def mel_filters(bins: int, mels: int, low: float, high: float) -> Tensor:
    """Slaney's mel filter bank, area-normalised, float32[mels, bins] for a spectrum up to 8 kHz."""

    def to_mel(hertz: np.ndarray) -> np.ndarray:
        linear = hertz * 3 / 200
        return np.where(
            hertz < 1000, linear, 15 + 27 * np.log(np.maximum(hertz, 1) / 1000) / np.log(6.4)
        )

    def to_hertz(mel: np.ndarray) -> np.ndarray:
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) * (mel - 15) / 27))

    edges = to_hertz(np.linspace(to_mel(np.array(low)), to_mel(np.array(high)), mels + 2))
    hertz = np.linspace(0, SAMPLE_RATE / 2, bins)
    rising = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return torch.from_numpy(weights.astype(np.float32))


class LogMel(nn.Module):
    """samples[B, T] -> natural-log mel[B, T / HOP, MELS]; frame i centres on sample i*HOP + 100."""

    def __init__(self) -> None:
        super().__init__()
        self.filters: Tensor
        self.window: Tensor
        self.register_buffer("filters", mel_filters(513, MELS, 0.0, 8000.0))
        self.register_buffer("window", torch.hann_window(800))

    def forward(self, samples: Tensor) -> Tensor:
        padded = F.pad(samples, (412, 412))
        spectrum = torch.stft(
            padded, 1024, HOP, 800, self.window, center=False, return_complex=True
        )
        return torch.log((self.filters @ spectrum.abs()).clamp(min=1e-5)).transpose(1, 2)


@dataclass
class Utterance:
    units: Tensor  # long[N], with the boundary at both ends
    voice: int
    log_durations: Tensor  # float[N], log of the teacher's unrounded durations in 25 ms
    lengths: Tensor  # long[N], frames each unit lasts
    first_frame: int  # in the flat corpus
    frames: int


@dataclass
class Corpus:
    """All utterances end to end. Flat tensors lie on the training device."""

    utterances: list[Utterance]
    voices: list[str]
    parts: dict[str, tuple[int, int]]  # folder inside the corpus's -> its first frame and its end
    samples: Tensor  # int16[frames * HOP]
    f0: Tensor  # float32[frames], Hz, 0 where unvoiced
    phase: Tensor  # float32[frames], cycles at the frame's centre
    energy: Tensor  # float32[frames], zero mean, unit variance

    @property
    def voiced(self) -> Tensor:
        return (self.f0 > UNVOICED).float()


def opening_units(samples: np.ndarray, boundary: int) -> int:
    """How many of the `boundary` units before an utterance are kept: as many as sound, within
    OPENING_UNITS. samples[T] at 16 kHz, of the utterance with them."""
    frames = samples[: len(samples) // HOP * HOP].astype(np.float64).reshape(-1, HOP)
    levels = np.sqrt((frames**2).mean(1))
    least, most = OPENING_UNITS
    begin = boundary * FRAMES_PER_UNIT
    sounding = levels[:begin] > AUDIBLE * np.percentile(levels, 95)
    # Counted backwards from the first unit; a breath long before it is not its beginning.
    heard = np.flatnonzero(sounding[-most * FRAMES_PER_UNIT :][::-1])
    before = int(heard[-1]) + 1 if len(heard) else 0
    return min(boundary, max(least, -(-before // FRAMES_PER_UNIT)))


def load_corpus(folder: Path, device: str, limit: int | None = None) -> Corpus:
    """Read the shards of `training.corpus`, trim the silence at both ends, lay it all out flat.

    Folders inside `folder` are read in the order of their names, so that the frames of one language
    are a range of the frames of all of them.
    """
    samples, pitches, phases, energies = [], [], [], []
    utterances: list[Utterance] = []
    position = 0
    voices: dict[str, int] = {}
    parts: dict[str, tuple[int, int]] = {}
    for part, voice, item in islice(read_corpus(folder), limit):
        lengths = item.units.astype(np.int64)
        opening = opening_units(item.audio, int(lengths[0]))
        lead = int(lengths[0]) - opening
        lengths[0] = opening
        lengths[-1] = min(int(lengths[-1]), LAST_UNITS)
        start = lead * FRAMES_PER_UNIT
        frames = int(lengths.sum()) * FRAMES_PER_UNIT
        cut = slice(start, start + frames)
        f0 = item.f0.astype(np.float64)
        f0[f0 <= UNVOICED] = 0.0  # the teacher's source stands still where it is unvoiced
        samples.append(item.audio[start * HOP : (start + frames) * HOP])
        phases.append((np.cumsum(f0 * (HOP / SAMPLE_RATE)) % 1.0)[cut].astype(np.float32))
        pitches.append(f0[cut].astype(np.float32))
        energies.append(item.energy[cut].astype(np.float32))
        log_durations = np.log(np.maximum(item.durations.astype(np.float32), 0.3))
        log_durations[0] = np.log(opening)
        utterances.append(
            Utterance(
                torch.from_numpy(item.ids.astype(np.int64)),
                voices.setdefault(voice, len(voices)),
                torch.from_numpy(log_durations),
                torch.from_numpy(lengths * FRAMES_PER_UNIT),
                position,
                frames,
            )
        )
        position += frames
        parts[part] = (parts.get(part, (position - frames, 0))[0], position)
    if not utterances:
        raise FileNotFoundError(f"no shards in {folder}; make them with training.corpus")
    # By name, so that a voice keeps its row when a run goes on with another corpus of its voices.
    names = sorted(voices)
    rows = {voices[name]: row for row, name in enumerate(names)}
    for utterance in utterances:
        utterance.voice = rows[utterance.voice]
    energy = np.concatenate(energies)
    energy = (energy - energy.mean()) / energy.std()
    return Corpus(
        utterances,
        names,
        parts,
        torch.from_numpy(np.concatenate(samples)).to(device),
        torch.from_numpy(np.concatenate(pitches)).to(device),
        torch.from_numpy(np.concatenate(phases)).to(device),
        torch.from_numpy(energy).to(device),
    )


@torch.no_grad()
def corpus_mels(corpus: Corpus) -> Tensor:
    """The teacher's mel of every frame, float16[frames, MELS]; an utterance hears no other."""
    device = corpus.samples.device
    mel = LogMel().to(device)
    out = torch.empty(len(corpus.f0), MELS, dtype=torch.float16, device=device)
    ordered = sorted(corpus.utterances, key=lambda u: u.frames)
    while ordered:
        longest = ordered[-1].frames
        batch = ordered[-max(1, MEL_FRAMES // longest) :]
        del ordered[-len(batch) :]
        first = torch.tensor([u.first_frame for u in batch], device=device)
        frames = torch.tensor([u.frames for u in batch], device=device)
        step = torch.arange(longest, device=device)
        there = step < frames[:, None]
        at = (first[:, None] + step).clamp(max=len(out) - 1)
        samples = corpus.samples.view(-1, HOP)[at].masked_fill(~there[..., None], 0)
        mels = mel(samples.flatten(1).float() / 32768)
        out[at[there]] = mels[there].half()
    return out
