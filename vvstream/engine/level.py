"""How loud: a gain for each voice, and a ceiling that no sample passes.

Voices are as loud as their teachers' were, up to 6 dB apart. What makes them equal is measured on
their own speech (training/loudness.py) and kept in the header of their weights.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

KNEE: Final = 10 ** (-3 / 20)
"""Of full scale. What is louder, the tips of a few vowels, is bent."""
CEILING: Final = 10 ** (-1 / 20)


def level(samples: Tensor, gains: Tensor) -> Tensor:
    """samples[B, N] times gains[B], each within -CEILING ... CEILING.

    A function of each sample alone, so that cuts change nothing; below the knee it changes nothing.
    """
    louder = samples * gains[:, None]
    over = (louder.abs() - KNEE).clamp(min=0)
    room = CEILING - KNEE
    return louder.clamp(-KNEE, KNEE) + louder.sign() * room * torch.tanh(over / room)

