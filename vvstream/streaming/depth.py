"""How deep a stack is gone through: a network that may stop early.

Every block of a stack adds a correction to what the blocks before it made. Trained with depths
drawn at random, the head reads sense after any of them (anytime prediction: Huang et al. 2016,
"Deep Networks with Stochastic Depth"; Elhoushi et al. 2024, "LayerSkip"): fewer blocks are faster,
more are better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Depth:
    """Blocks that each row of a batch goes through."""

    rows: Tensor  # long[B]
    most: int  # the largest of them, known without waiting for the device

    @staticmethod
    def of(depths: Sequence[int], device: torch.device) -> Depth:
        """One depth a row."""
        return Depth(torch.tensor(depths, dtype=torch.long, device=device), max(depths))

    def keep(self, block: int, before: Tensor, after: Tensor) -> Tensor:
        """What leaves a block: `after`[B, T, C] in the rows that go through it, else `before`."""
        return torch.where((block < self.rows)[:, None, None], after, before)


def exit_of(exits: Sequence[int], steps: int, blocks: int) -> int:
    """Blocks for so many steps: exits[i] of them for i + 1; all of them past the last exit, and
    where a network was not trained to stop early."""
    return exits[steps - 1] if steps <= len(exits) else blocks
