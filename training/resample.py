"""24 kHz to 16 kHz for recordings as a whole: one windowed-sinc filter, no delay, exact length."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import torch
from torch import Tensor, nn

_UP, _DOWN = 2, 3
_HALF_WIDTH: Final = 64  # samples of 48 kHz either side, times the input's step
_KAISER_BETA: Final = 9.0  # about 90 dB of rejection
_CUTOFF: Final = 7_700.0  # Hz, the middle of a transition that ends near 8 kHz


@cache
def _filter(device: torch.device) -> Tensor:
    n = torch.arange(-4 * _HALF_WIDTH, 4 * _HALF_WIDTH + 1, dtype=torch.float64)
    rate = 24_000.0 * _UP
    ideal = 2 * _CUTOFF / rate * torch.sinc(2 * _CUTOFF / rate * n)
    window = torch.kaiser_window(n.numel(), periodic=False, beta=_KAISER_BETA, dtype=torch.float64)
    return (ideal * window * _UP).float().to(device)[None, None]


def to_16k(audio: Tensor) -> Tensor:
    """float[N] at 24 kHz -> float[ceil(N * 2 / 3)] at 16 kHz; output sample n is at input time
    1.5 n.
    """
    stuffed = torch.zeros(audio.numel() * _UP, device=audio.device, dtype=audio.dtype)
    stuffed[::_UP] = audio
    taps = _filter(audio.device)
    pad = taps.shape[-1] // 2
    out = nn.functional.conv1d(stuffed[None, None], taps, stride=_DOWN, padding=pad)[0, 0]
    return out[: math.ceil(audio.numel() * _UP / _DOWN)]
