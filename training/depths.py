"""Depths for training: half of a batch goes all the way, the rest stops at an exit at random."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from vvstream.streaming.depth import Depth

WHOLE = 0.5  # share of the rows that go through every block


class Depths:
    """Draws depths on the device, so that drawing may be part of a CUDA graph."""

    def __init__(self, exits: Sequence[int], blocks: int, device: str) -> None:
        self.blocks = blocks
        self.exits = torch.tensor(exits, dtype=torch.long, device=device)

    def draw(self, rows: int) -> Depth | None:
        """None: the network has no exits."""
        if not len(self.exits):
            return None
        device = self.exits.device
        drawn = self.exits[torch.randint(len(self.exits), (rows,), device=device)]
        whole = torch.rand(rows, device=device) < WHOLE
        return Depth(drawn.masked_fill(whole, self.blocks), self.blocks)
