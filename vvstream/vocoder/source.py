"""The excitation: a band-limited pulse train that carries its phase, and numbered noise.

The pulse train holds every harmonic of F0 below `TOP_HZ` with the same amplitude. Its phase at the
centre of frame i is that at frame i - 1 plus F0[i] * 12.5 ms, linear in between: the clock of the
teacher's own harmonic source, so that the student can learn the teacher's phases and not only its
magnitudes.

Phases are whole numbers. F0 is rounded to 1/64 Hz, so that it advances by whole 5,120ths of a cycle
each frame, and the sum is exact however long it grows and however it was cut.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vvstream.audio import HOP, SAMPLE_RATE

TOP_HZ = 7_800.0
LOWEST_HZ = 30.0
STEPS_A_HERTZ = 64
CYCLE = STEPS_A_HERTZ * SAMPLE_RATE // HOP
"""Steps of phase in a cycle: F0 in 64ths of a hertz is the advance of one frame."""
# Frame i makes the samples FIRST ... FIRST + HOP - 1, counted from the frame's first sample; the
# frame's centre is at HOP / 2.
FIRST = 150


def pulses(f0: Tensor, voiced: Tensor, phase: Tensor) -> tuple[Tensor, Tensor]:
    """The pulse train of T frames.

    f0[B, T + 2] in Hz and voiced[B, T + 2] (0 or 1) of the frames i ... i + T + 1, where i is the
    first frame to make; phase long[B] in steps at the centre of frame i.
    Returns samples[B, T * HOP] of unit power where voiced, and the phase of frame i + T.
    """
    batch, frames = f0.shape[0], f0.shape[1] - 2
    steps = advance_of(f0)
    f0 = steps.to(f0.dtype) / STEPS_A_HERTZ
    # Between two centres the later one's pitch and voicing hold.
    earlier, f0, steps = f0[:, :-1], f0[:, 1:], steps[:, 1:]
    was_voiced, voiced = voiced[:, :-1] > 0, voiced[:, 1:]
    advance = f0 * (HOP / SAMPLE_RATE)
    # At the centres of frames i ... i + T.
    walked = torch.cat((phase[:, None], steps[:, :frames]), 1).cumsum(1) % CYCLE
    centres = walked.to(f0.dtype) / CYCLE
    since = torch.arange(FIRST - HOP // 2, FIRST + HOP // 2, device=f0.device, dtype=f0.dtype)
    early = since < HOP
    part = torch.where(early, since, since - HOP) / HOP  # of the way to the next centre

    def at(values: Tensor) -> Tensor:
        """values[B, T + 1] of the centre before (early) and after (late) the frame's middle."""
        return torch.where(early, values[:, :frames, None], values[:, 1 : frames + 1, None])

    cycles = at(centres) + at(advance) * part
    # Harmonics that fit below the top. Counted in fractions and glided from frame to frame: a
    # harmonic that came or went at once would be a click.
    fitting = TOP_HZ / f0.clamp(min=LOWEST_HZ)
    before = torch.where(was_voiced, TOP_HZ / earlier.clamp(min=LOWEST_HZ), fitting)
    count = at(before) + (at(fitting) - at(before)) * part
    train = _harmonics(cycles, count) * torch.sqrt(2.0 / count) * at(voiced)
    return train.reshape(batch, frames * HOP), walked[:, frames]


def advance_of(f0: Tensor) -> Tensor:
    """F0 in Hz -> long, the phase that a frame of 12.5 ms walks, in steps."""
    return torch.round(f0 * STEPS_A_HERTZ).long()


def _harmonics(cycles: Tensor, count: Tensor) -> Tensor:
    """Sum of cos(2 pi k cycles), k = 1 ... count, the last one in part; in closed form."""
    whole = torch.floor(count)
    half = math.pi * (cycles - torch.round(cycles))
    below = torch.sin(half)
    safe = torch.where(below.abs() < 1e-4, torch.ones_like(below), below)
    train = torch.sin((2 * whole + 1) * half) / (2 * safe) - 0.5
    train = torch.where(below.abs() < 1e-4, whole, train)
    return train + (count - whole) * torch.cos((2 * whole + 2) * half)


def noise(seed: Tensor, first: Tensor, count: int) -> Tensor:
    """Noise whose every sample depends on its number and the seed alone.

    seed long[B], first long[B] the number of the first sample. Returns float32[B, count], uniform
    with unit variance. A 32-bit integer hash (the finaliser of MurmurHash3) in 64-bit arithmetic.
    """
    word = 0xFFFFFFFF
    number = first[:, None] + torch.arange(count, device=first.device)
    x = (number ^ ((seed[:, None] * 0x9E3779B1) & word)) & word
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & word
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & word
    x = x ^ (x >> 16)
    return (x.to(torch.float32) * (1.0 / 2**32) - 0.5) * math.sqrt(12.0)
