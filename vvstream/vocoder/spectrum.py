"""Short-time spectra a frame at a time: 25 ms Hann windows, four to a window length."""

from __future__ import annotations

import torch
from torch import Tensor

from vvstream.audio import HOP

WINDOW = 400  # samples
STRIDE = 100
BINS = WINDOW // 2 + 1
SUBFRAMES = HOP // STRIDE  # windows a mel frame
OVERLAP = WINDOW - STRIDE
# Hann analysis times Hann synthesis at this overlap sums to 3/2 everywhere.
GAIN = 1.5


def analyse(samples: Tensor, window: Tensor) -> Tensor:
    """samples[B, OVERLAP + T * STRIDE] -> complex[B, T, BINS]."""
    spectrum: Tensor = torch.fft.rfft(samples.unfold(1, WINDOW, STRIDE) * window)
    return spectrum


def overlap_add(spectrum: Tensor, window: Tensor, tail: Tensor) -> tuple[Tensor, Tensor]:
    """complex[B, T, BINS], tail[B, OVERLAP] -> samples[B, T * STRIDE], the next tail.

    The samples are those that no later window reaches.
    """
    frames = torch.fft.irfft(spectrum, n=WINDOW) * (window / GAIN)
    batch, count, _ = frames.shape
    quarters = frames.reshape(batch, count, WINDOW // STRIDE, STRIDE)
    total = frames.new_zeros(batch, count + WINDOW // STRIDE - 1, STRIDE)
    for quarter in range(WINDOW // STRIDE):
        total[:, quarter : quarter + count] += quarters[:, :, quarter]
    total[:, : WINDOW // STRIDE - 1] += tail.reshape(batch, -1, STRIDE)
    return total[:, :count].reshape(batch, count * STRIDE), total[:, count:].reshape(batch, OVERLAP)
