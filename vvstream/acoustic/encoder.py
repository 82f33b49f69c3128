"""Text encoder: units in, one vector and one duration per unit out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from vvstream.streaming.attention import AttentionState, WindowedBlock


@dataclass(frozen=True, slots=True)
class EncoderState:
    blocks: tuple[AttentionState, ...]


class TextEncoder(nn.Module):
    """Windowed transformer over units. The first blocks look ahead; the rest are causal.

    Durations are the natural logarithm of the teacher's unrounded durations, in units of 25 ms.
    """

    def __init__(
        self,
        units: int,
        voices: int,
        channels: int,
        heads: int,
        window: int,
        lookaheads: Sequence[int],
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.lookahead = sum(lookaheads)
        self.unit = nn.Embedding(units, channels)
        self.voice = nn.Embedding(voices, channels)
        self.blocks = nn.ModuleList(
            WindowedBlock(channels, heads, window, ahead, dropout) for ahead in lookaheads
        )
        self.norm = nn.LayerNorm(channels)
        self.duration = nn.Sequential(
            nn.Linear(channels, channels), nn.GELU(), nn.Linear(channels, 1)
        )

    def init(self, batch: int) -> EncoderState:
        like = self.unit.weight
        return EncoderState(tuple(block.init(batch, like) for block in self._blocks()))

    def prime(self, units: Tensor, voices: Tensor, state: EncoderState) -> EncoderState:
        """units long[B, lookahead], voices long[B]: the first units of an utterance."""
        x = self._embed(units, voices)
        states = list(state.blocks)
        for index, block in enumerate(self._blocks()):
            if not x.shape[1]:
                break
            # What is left after a block has its future is what the next blocks need of theirs.
            states[index] = block.prime(x[:, : block.lookahead], states[index])
            x, states[index] = block.step(x[:, block.lookahead :], states[index])
        return EncoderState(tuple(states))

    def step(
        self, units: Tensor, voices: Tensor, state: EncoderState
    ) -> tuple[Tensor, Tensor, EncoderState]:
        """units long[B, T] -> encoding[B, T, C], log duration[B, T], `lookahead` units behind."""
        x = self._embed(units, voices)
        states = []
        for block, block_state in zip(self._blocks(), state.blocks, strict=True):
            x, block_state = block.step(x, block_state)
            states.append(block_state)
        encoding, durations = self._finish(x)
        return encoding, durations, EncoderState(tuple(states))

    def forward(self, units: Tensor, voices: Tensor) -> tuple[Tensor, Tensor]:
        """units long[B, T + lookahead] -> encoding[B, T, C], log duration[B, T]."""
        x = self._embed(units, voices)
        for block in self._blocks():
            x = block(x)
        return self._finish(x)

    def _embed(self, units: Tensor, voices: Tensor) -> Tensor:
        embedded: Tensor = self.unit(units) + self.voice(voices)[:, None]
        return embedded

    def _finish(self, x: Tensor) -> tuple[Tensor, Tensor]:
        encoding: Tensor = self.norm(x)
        return encoding, self.duration(encoding)[..., 0]

    def _blocks(self) -> list[WindowedBlock]:
        return [block for block in self.blocks if isinstance(block, WindowedBlock)]
