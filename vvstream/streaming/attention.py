"""Windowed self-attention with a bounded K/V ring and, where asked for, look-ahead.

The contract of `conv.py` holds: `prime` with the first `lookahead` tokens, then `step`.

Keys are kept unrotated and are rotated when they are used, by their place in the ring and not by
their place in the text: angles stay small however long the text is, so that the thousandth minute
is as exact as the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vvstream.streaming.state import last, push


@dataclass(frozen=True, slots=True)
class AttentionState:
    keys: Tensor  # float[B, ring, C], unrotated, newest last
    values: Tensor  # float[B, ring, C]
    pending: Tensor  # float[B, lookahead, C], tokens whose future has not all been seen
    filled: Tensor  # long[B], how many of the ring's places hold a token


def rotate(x: Tensor, first: int) -> Tensor:
    """Rotary position embedding (Su et al. 2021) of x[B, H, T, D], whose first place is `first`."""
    half = x.shape[-1] // 2
    cos, sin = (turn.to(x.dtype) for turn in turns(first, x.shape[2], half, x.device))
    left, right = x[..., :half], x[..., half:]
    return torch.cat((left * cos - right * sin, left * sin + right * cos), -1)


# More than there are to be served with: what a GPU has recorded must never be forgotten.
@lru_cache(maxsize=4096)
@torch.inference_mode(False)
def turns(first: int, count: int, half: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines float32[count, half] of the places from `first` on: the same each step."""
    rates = 10000.0 ** (-torch.arange(half, device=device, dtype=torch.float32) / half)
    places = torch.arange(first, first + count, device=device, dtype=torch.float32)
    angles = places[:, None] * rates
    return angles.cos(), angles.sin()


class WindowedBlock(nn.Module):
    """A pre-norm transformer block: token t sees tokens t - window + 1 ... t + lookahead."""

    def __init__(
        self, channels: int, heads: int, window: int, lookahead: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.channels = channels
        self.heads = heads
        self.window = window
        self.lookahead = lookahead
        self.ring = window - 1 + lookahead
        self.norm = nn.LayerNorm(channels)
        self.query = nn.Linear(channels, channels)
        self.key_value = nn.Linear(channels, 2 * channels)
        self.out = nn.Linear(channels, channels)
        self.feed_norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, 4 * channels)
        self.narrow = nn.Linear(4 * channels, channels)
        self.dropout = nn.Dropout(dropout)

    def init(self, batch: int, like: Tensor) -> AttentionState:
        return AttentionState(
            like.new_zeros(batch, self.ring, self.channels),
            like.new_zeros(batch, self.ring, self.channels),
            like.new_zeros(batch, self.lookahead, self.channels),
            torch.zeros(batch, dtype=torch.long, device=like.device),
        )

    def prime(self, x: Tensor, state: AttentionState) -> AttentionState:
        """x[B, lookahead, C]: the first tokens of an utterance, into a fresh state."""
        keys, values = self.key_value(self.norm(x)).chunk(2, -1)
        return AttentionState(
            last(push(state.keys, keys), self.ring),
            last(push(state.values, values), self.ring),
            x.clone(),
            state.filled + self.lookahead,
        )

    def step(self, x: Tensor, state: AttentionState) -> tuple[Tensor, AttentionState]:
        """x[B, T, C] -> y[B, T, C], where y is `lookahead` tokens behind x."""
        count = x.shape[1]
        new_keys, new_values = self.key_value(self.norm(x)).chunk(2, -1)
        keys, values = push(state.keys, new_keys), push(state.values, new_values)
        waiting = push(state.pending, x)
        asking = waiting[:, :count]
        # Query i sits at place ring - lookahead + i and sees places i ... i + ring.
        places = torch.arange(self.ring + count, device=x.device)
        queries = torch.arange(count, device=x.device)[:, None]
        band = (places >= queries) & (places <= queries + self.ring)
        real = places >= (self.ring - state.filled)[:, None]
        mask = (band & real[:, None])[:, None]  # bool[B, 1, T, ring + T]
        y = self._attend(asking, keys, values, self.ring - self.lookahead, mask)
        return y, AttentionState(
            last(keys, self.ring),
            last(values, self.ring),
            last(waiting, self.lookahead),
            (state.filled + count).clamp(max=self.ring),
        )

    def forward(self, x: Tensor) -> Tensor:
        """x[B, T + lookahead, C] -> y[B, T, C]."""
        count = x.shape[1] - self.lookahead
        keys, values = self.key_value(self.norm(x)).chunk(2, -1)
        places = torch.arange(x.shape[1], device=x.device)
        queries = torch.arange(count, device=x.device)[:, None]
        mask = (places > queries - self.window) & (places <= queries + self.lookahead)
        return self._attend(x[:, :count], keys, values, 0, mask)

    def _attend(
        self, asking: Tensor, keys: Tensor, values: Tensor, first: int, mask: Tensor
    ) -> Tensor:
        """`first` is the place of the first query among the keys."""
        batch, count, _ = asking.shape
        queries = self._heads(self.query(self.norm(asking)))
        # Where the products around it are exact, so is this one (see precision.py).
        exact = torch.promote_types(asking.dtype, self.query.weight.dtype)
        heard = F.scaled_dot_product_attention(
            rotate(queries, first).to(exact),
            rotate(self._heads(keys), 0).to(exact),
            self._heads(values).to(exact),
            attn_mask=mask,
        ).to(asking.dtype)
        y: Tensor = asking + self.dropout(
            self.out(heard.transpose(1, 2).reshape(batch, count, self.channels))
        )
        fed: Tensor = self.dropout(self.narrow(F.gelu(self.widen(self.feed_norm(y)))))
        return y + fed

    def _heads(self, x: Tensor) -> Tensor:
        split: Tensor = x.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        return split
