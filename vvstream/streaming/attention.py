"""Windowed self-attention with a bounded K/V window and, where asked for, look-ahead.

The contract of `conv.py` holds: `prime` with the first `lookahead` tokens, then `step`.

Keys are turned once, to their places in the text, when they come. The angles are computed in
float64: attention sees differences of places only, and the thousandth minute is as exact as the
first.

On a CPU the queries of a step ask in groups of GROUP, each of which sees a window of the same shape
whatever the step's size is: where the products of matrices give each row what they give it alone
(precision.py), a token is bit by bit the same in a step of GROUP tokens and in one of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vvstream.streaming import kernels
from vvstream.streaming.recorded import with_choices
from vvstream.streaming.state import last, push

GROUP = 4  # tokens; steps of a multiple of it give the same


@dataclass(frozen=True, slots=True)
class AttentionState:
    keys: Tensor  # float[B, ring, C], turned to their places, newest last
    values: Tensor  # float[B, ring, C]
    pending: Tensor  # float[B, lookahead, C], tokens whose future has not all been seen
    seen: Tensor  # long[B], how many tokens have come


Turns = tuple[Tensor, Tensor]  # cosines and sines, float64[..., T, half of a head's channels]


def rotate(x: Tensor, turns: Turns) -> Tensor:
    """Rotary position embedding (Su et al. 2021) of x[B, T, H, D]."""
    half = x.shape[-1] // 2
    cos, sin = (turn.to(x.dtype)[..., None, :] for turn in turns)
    left, right = x[..., :half], x[..., half:]
    return torch.cat((left * cos - right * sin, left * sin + right * cos), -1)


def turns(places: Tensor, half: int) -> Turns:
    """The turns at places long[..., T]."""
    angles = places[..., None] * rates(half, places.device)
    return angles.cos(), angles.sin()


# None is ever forgotten: a GPU has recorded where they lie.
@cache
@torch.inference_mode(False)
def rates(half: int, device: torch.device) -> Tensor:
    """float64[half]: what the pairs of channels turn by from one place to the next."""
    each: Tensor = 10000.0 ** (-torch.arange(half, device=device, dtype=torch.float64) / half)
    return each


@with_choices
def _hear(
    queries: Tensor, keys: Tensor, values: Tensor, seen: Tensor, ring: int, together: int
) -> Tensor:
    """queries[B, H, T, D], keys and values[B, H, ring + T, D], `seen` before -> [B, H, T, D].

    So many ask `together`, if they go into T; else all at once.
    """
    count = queries.shape[2]
    size = together if together and count and count % together == 0 else count
    # Query i of a group sits at place ring - lookahead + i and sees places i ... i + ring.
    places = torch.arange(ring + size, device=queries.device)
    asking = torch.arange(size, device=queries.device)[:, None]
    band = (places >= asking) & (places <= asking + ring)
    parts = []
    for at in range(0, max(1, count), max(1, size)):
        real = places >= (ring - at - seen)[:, None]
        mask = (band & real[:, None])[:, None]  # bool[B, 1, size, ring + size]
        beyond = at + ring + size
        asked = queries[:, :, at : at + size]
        parts.append(
            F.scaled_dot_product_attention(
                asked, keys[:, :, at:beyond], values[:, :, at:beyond], attn_mask=mask
            )
        )
    return parts[0] if len(parts) == 1 else torch.cat(parts, 2)


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
        places = state.seen[:, None] + torch.arange(self.lookahead, device=x.device)
        keys, values = self._keys_values(self.norm(x), turns(places, self._half))
        return AttentionState(
            last(push(state.keys, keys), self.ring),
            last(push(state.values, values), self.ring),
            x,
            state.seen + self.lookahead,
        )

    def step(self, x: Tensor, state: AttentionState) -> tuple[Tensor, AttentionState]:
        """x[B, T, C] -> y[B, T, C], where y is `lookahead` tokens behind x."""
        count = x.shape[1]
        places = state.seen[:, None] + torch.arange(count, device=x.device)
        normed, here = self.norm(x), turns(places, self._half)
        new_keys, new_values = self._keys_values(normed, here)
        keys, values = push(state.keys, new_keys), push(state.values, new_values)
        waiting = push(state.pending, x)
        asking = waiting[:, :count]
        if self.lookahead:
            normed, here = self.norm(asking), turns(places - self.lookahead, self._half)
        heard = self._hear(self._queries(normed, here), keys, values, state.seen)
        return self._go_on(asking, heard), AttentionState(
            last(keys, self.ring),
            last(values, self.ring),
            last(waiting, self.lookahead),
            state.seen + count,
        )

    def forward(self, x: Tensor) -> Tensor:
        """x[B, T + lookahead, C] -> y[B, T, C]."""
        count = x.shape[1] - self.lookahead
        places = torch.arange(x.shape[1], device=x.device)
        normed, (cos, sin) = self.norm(x), turns(places, self._half)
        keys, values = self._keys_values(normed, (cos, sin))
        queries = self._queries(normed[:, :count], (cos[:count], sin[:count]))
        asking = places[:count, None]
        mask = (places > asking - self.window) & (places <= asking + self.lookahead)
        return self._go_on(x[:, :count], self._attend(queries, keys, values, mask))

    @property
    def _half(self) -> int:
        return self.channels // self.heads // 2

    def _keys_values(self, normed: Tensor, here: Turns) -> tuple[Tensor, Tensor]:
        """normed[B, T, C] -> keys[B, T, C], turned, and values[B, T, C]."""
        keys, values = self.key_value(normed).chunk(2, -1)
        return rotate(self._heads(keys), here).flatten(2), values

    def _queries(self, normed: Tensor, here: Turns) -> Tensor:
        """normed[B, T, C] -> [B, T, H, D], turned."""
        return rotate(self._heads(self.query(normed)), here)

    def _hear(self, queries: Tensor, keys: Tensor, values: Tensor, seen: Tensor) -> Tensor:
        """queries[B, T, H, D], keys and values[B, ring + T, C], `seen` before -> [B, T, C]."""
        if kernels.hears(queries, self.ring):
            return kernels.hear(queries, keys, values, seen, self.ring)
        together = GROUP if queries.device.type == "cpu" else 0
        asked = self._exactly(queries, keys, values)
        heard = _hear(*asked, seen, self.ring, together)
        return heard.transpose(1, 2).flatten(2).to(queries.dtype)

    def _attend(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """queries[B, T, H, D], keys and values[B, S, C], mask bool[..., T, S] -> [B, T, C]."""
        asked = self._exactly(queries, keys, values)
        heard = F.scaled_dot_product_attention(*asked, attn_mask=mask)
        return heard.transpose(1, 2).flatten(2).to(queries.dtype)

    def _exactly(
        self, queries: Tensor, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """queries[B, T, H, D], keys and values[B, S, C] -> [B, H, T or S, D] of each."""
        # A GPU's library does not keep to an order of sums; rounded again, nothing is seen of it.
        recorded = queries.is_cuda and torch.is_inference_mode_enabled()
        exact = torch.float64 if recorded else queries.dtype
        return (
            queries.transpose(1, 2).to(exact),
            self._heads(keys).transpose(1, 2).to(exact),
            self._heads(values).transpose(1, 2).to(exact),
        )

    def _go_on(self, x: Tensor, heard: Tensor) -> Tensor:
        """What leaves the block: x[B, T, C] and what its tokens heard[B, T, C], mixed."""
        y: Tensor = x + self.dropout(self.out(heard))
        fed: Tensor = self.dropout(self.narrow(F.gelu(self.widen(self.feed_norm(y)))))
        return y + fed

    def _heads(self, x: Tensor) -> Tensor:
        """[B, T, C] -> [B, T, H, D]."""
        split: Tensor = x.unflatten(-1, (self.heads, -1))
        return split
