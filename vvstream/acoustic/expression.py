"""What `cfg` does: how far prosody goes from what is said of a voice when nothing else is known.

Classifier-free guidance (Ho & Salimans 2022) goes from the unconditional prediction through the
conditional one and past it. Here the unconditional prediction is known in closed form: trained by
L1, a model that is told the voice and nothing of the text says the medians of that voice. In voiced
frames

    prosody = neutral + strength * (predicted - neutral)

so that the range of pitch grows in proportion to the strength, and that of energy half as fast: a
consonant must stay what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

LEARNED = 2.0
"""The `cfg` at which prosody is just as it was learned from the teacher."""
STRONGEST = 2.0  # beyond twice the range a voice leaves what it can say
ENERGY_SHARE = 0.5
FEATURES = 3  # of prosody: pitch, voicing, energy; see decoder.settle


@dataclass(frozen=True, slots=True)
class Expression:
    """Per row, what is done to settled prosody of voiced frames: scale * prosody + offset."""

    scale: Tensor  # float[B, 3]
    offset: Tensor  # float[B, 3]

    def apply(self, prosody: Tensor) -> Tensor:
        """Settled prosody[B, T, 3] -> the same shape; unvoiced frames stay as they are."""
        scale, offset = (x[:, None].to(prosody.dtype) for x in (self.scale, self.offset))
        return torch.where(prosody[..., 1:2] > 0, prosody * scale + offset, prosody)


def strength_of(cfg: float) -> float:
    """cfg 0 -> 0, the monotone; LEARNED -> 1; from 2 * LEARNED on STRONGEST."""
    return min(cfg / LEARNED, STRONGEST)


def wishes(
    neutral: Sequence[tuple[float, float]], voice: int, cfg: float
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """The scale and the offset of one row; see `expression`."""
    strength = strength_of(cfg) if neutral else 1.0
    pitch, energy = neutral[voice] if neutral else (0.0, 0.0)
    gain = 1.0 + ENERGY_SHARE * (strength - 1.0)
    return (strength, 1.0, gain), ((1.0 - strength) * pitch, 0.0, (1.0 - gain) * energy)


def expression(
    neutral: Sequence[tuple[float, float]],
    voices: Sequence[int],
    cfgs: Sequence[float],
    device: torch.device,
) -> Expression:
    """The expression of each row. `neutral` has the median pitch and energy of each voice, as in
    settled prosody; where it is empty nobody measured them, and cfg changes nothing."""
    rows = [wishes(neutral, voice, cfg) for voice, cfg in zip(voices, cfgs, strict=True)]
    table = torch.tensor(rows, dtype=torch.float32, device=device)
    return Expression(table[:, 0], table[:, 1])
