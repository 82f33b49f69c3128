"""The acoustic model of one language: text encoder and frame decoder, and their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from vvstream.acoustic.decoder import FrameDecoder
from vvstream.acoustic.encoder import TextEncoder
from vvstream.streaming.depth import exit_of


@dataclass(frozen=True, slots=True)
class AcousticSizes:
    """Everything that fixes the shapes; stored beside the weights."""

    units: int = 178
    voices: int = 4
    channels: int = 384
    heads: int = 6
    window: int = 64  # tokens of K/V that a block sees, its own included
    lookaheads: tuple[int, ...] = (8, 8, 0, 0, 0, 0)
    prosody_channels: int = 256
    prosody_blocks: int = 5
    mel_channels: int = 384
    mel_blocks: int = 6
    mels: int = 80
    exits: tuple[int, ...] = ()  # blocks of the mel stack for 1, 2, ... steps; empty: always all
    neutral: tuple[tuple[float, float], ...] = ()  # of each voice: acoustic/expression.py
    opening: int = 2  # frames that the opening boundary lasts at most; by its duration from two on


class AcousticModel(nn.Module):
    """The two stages. They run at different rates, so there is no forward of the whole here."""

    def __init__(self, sizes: AcousticSizes, dropout: float = 0.0) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder = TextEncoder(
            sizes.units,
            sizes.voices,
            sizes.channels,
            sizes.heads,
            sizes.window,
            sizes.lookaheads,
            dropout,
        )
        self.decoder = FrameDecoder(
            sizes.channels,
            sizes.voices,
            sizes.prosody_channels,
            sizes.prosody_blocks,
            sizes.mel_channels,
            sizes.mel_blocks,
            sizes.mels,
        )

    def depth_of(self, steps: int) -> int:
        """Blocks of the mel stack that an utterance of so many steps goes through."""
        return exit_of(self.sizes.exits, steps, self.sizes.mel_blocks)
