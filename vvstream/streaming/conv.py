"""Causal convolutions over [batch, time, channels], whole or a piece at a time.

Every module here follows one contract. `lookahead` is how many steps of its input it must see
beyond the step that it computes. `forward` takes a whole sequence, T + lookahead steps, and gives
T; the past before the first step is zero. Streaming, `prime` takes the first `lookahead` steps and
gives nothing; then every `step` takes any T steps and gives T. Both ways give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vvstream.streaming import kernels
from vvstream.streaming.depth import Depth
from vvstream.streaming.recorded import with_choices
from vvstream.streaming.state import last, push

# A piece of so many numbers is faster through the library's convolution, a smaller one without.
LARGE = 1 << 16


@dataclass(frozen=True, slots=True)
class ConvState:
    tail: Tensor  # float[B, kernel - 1, C], the newest steps of the input


class LookaheadConv(nn.Module):
    """Sees `lookahead` steps of the future and `kernel - 1 - lookahead` of the past."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, lookahead: int) -> None:
        super().__init__()
        if not 0 <= lookahead < kernel:
            raise ValueError(f"lookahead must be in 0..{kernel - 1}, got {lookahead}")
        self.lookahead = lookahead
        self.kernel = kernel
        self.channels_in = channels_in
        # One matrix over the flattened window: at a few rows a step this beats conv1d on a CPU.
        self.window = nn.Linear(kernel * channels_in, channels_out)

    def init(self, batch: int, like: Tensor) -> ConvState:
        return ConvState(like.new_zeros(batch, self.kernel - 1, self.channels_in))

    def prime(self, x: Tensor, state: ConvState) -> ConvState:
        """x[B, lookahead, C_in]: the future of the first step."""
        return ConvState(last(push(state.tail, x), self.kernel - 1))

    def step(self, x: Tensor, state: ConvState) -> tuple[Tensor, ConvState]:
        """x[B, T, C_in] -> y[B, T, C_out], where y is `lookahead` steps behind x."""
        seen = push(state.tail, x)
        return self._windows(seen), ConvState(last(seen, self.kernel - 1))

    def forward(self, x: Tensor) -> Tensor:
        """x[B, T + lookahead, C_in] -> y[B, T, C_out]."""
        return self._windows(F.pad(x, (0, 0, self.kernel - 1 - self.lookahead, 0)))

    def _windows(self, seen: Tensor) -> Tensor:
        # [B, T, C, kernel] -> [B, T, kernel * C]
        windows = seen.unfold(1, self.kernel, 1).transpose(2, 3).flatten(2)
        y: Tensor = self.window(windows)
        return y


@with_choices
def _mix(seen: Tensor, depthwise: Tensor, large: int) -> Tensor:
    """seen[B, T + kernel - 1, C], depthwise[C, kernel] -> [B, T, C].

    The same bit by bit for any length, and either way; one is faster from `large` numbers on.
    """
    channels, kernel = depthwise.shape
    if seen.device.type == "cpu" and seen.numel() >= large and not torch.is_grad_enabled():
        # As an image of one row whose channels lie together, it need not be turned over.
        image = seen.transpose(1, 2)[:, :, None]
        mixed = F.conv2d(image, depthwise[:, None, None], groups=channels)
        return mixed[:, :, 0].transpose(1, 2)
    # A sum of shifted products: one fused kernel when compiled, forwards and backwards.
    length = seen.shape[1] - kernel + 1
    taps = depthwise.t().contiguous()
    mixed = seen[:, :length] * taps[0]
    for tap in range(1, kernel):
        mixed = mixed.addcmul_(seen[:, tap : tap + length], taps[tap])
    return mixed


class ConvNeXtBlock(nn.Module):
    """Causal ConvNeXt block (Liu et al. 2022; as in Vocos, Siuzdak 2023): depthwise, two linears.

    The depthwise convolution sees the present and `kernel - 1` past steps; lookahead is zero.
    """

    lookahead = 0

    def __init__(self, channels: int, kernel: int = 7, expansion: int = 3) -> None:
        super().__init__()
        self.channels = channels
        self.kernel = kernel
        self.depthwise = nn.Parameter(torch.randn(channels, kernel) / kernel**0.5)
        self.norm = nn.LayerNorm(channels)
        self.widen = nn.Linear(channels, expansion * channels)
        self.narrow = nn.Linear(expansion * channels, channels)
        self.gain = nn.Parameter(torch.full((channels,), 0.1))

    def init(self, batch: int, like: Tensor) -> ConvState:
        return ConvState(like.new_zeros(batch, self.kernel - 1, self.channels))

    def step(self, x: Tensor, state: ConvState) -> tuple[Tensor, ConvState]:
        """x[B, T, C] -> y[B, T, C], in step with x."""
        seen = push(state.tail, x)
        return self._pointwise(x, self._mixed(seen)), ConvState(last(seen, self.kernel - 1))

    def forward(self, x: Tensor) -> Tensor:
        """x[B, T, C] -> y[B, T, C]."""
        return self._pointwise(x, self._mixed(F.pad(x, (0, 0, self.kernel - 1, 0))))

    def _mixed(self, seen: Tensor) -> Tensor:
        """seen[B, T + kernel - 1, C] -> [B, T, C], mixed and normed."""
        if kernels.fits(seen):
            # As the next layer takes it.
            halves = self.widen.weight.dtype == torch.float16
            answers = torch.float16 if halves else torch.float32
            return kernels.mix(seen, self.depthwise.t(), self.norm, answers)
        normed: Tensor = self.norm(_mix(seen, self.depthwise, LARGE))
        return normed

    def _pointwise(self, x: Tensor, mixed: Tensor) -> Tensor:
        y: Tensor = self.narrow(F.gelu(self.widen(mixed)))
        return torch.addcmul(x, y, self.gain)


@dataclass(frozen=True, slots=True)
class StackState:
    entry: ConvState
    blocks: tuple[ConvState, ...]


class ConvStack(nn.Module):
    """A look-ahead convolution, ConvNeXt blocks, a norm: the body of each network of frames."""

    def __init__(
        self, channels_in: int, channels: int, blocks: int, kernel: int, lookahead: int
    ) -> None:
        super().__init__()
        self.lookahead = lookahead
        self.entry = LookaheadConv(channels_in, channels, kernel, lookahead)
        self.entry_norm = nn.LayerNorm(channels)
        self.blocks = nn.ModuleList(ConvNeXtBlock(channels) for _ in range(blocks))
        self.norm = nn.LayerNorm(channels)

    def init(self, batch: int, like: Tensor) -> StackState:
        return StackState(
            self.entry.init(batch, like), tuple(block.init(batch, like) for block in self._blocks())
        )

    def prime(self, x: Tensor, state: StackState) -> StackState:
        return StackState(self.entry.prime(x, state.entry), state.blocks)

    def step(
        self,
        x: Tensor,
        state: StackState,
        side: Tensor | None = None,
        depth: Depth | None = None,
    ) -> tuple[Tensor, StackState]:
        """x[B, T, C_in] -> y[B, T, C]; `side` [B, T, C], in step with y, joins after the entry.

        A row's depth must stay the same from its first step on. No depth: all blocks.
        """
        y, entry = self.entry.step(x, state.entry)
        y = self.entry_norm(y if side is None else y + side)
        blocks = self._blocks()[: None if depth is None else depth.most]
        states = list(state.blocks)
        for index, block in enumerate(blocks):
            after, states[index] = block.step(y, states[index])
            y = after if depth is None else depth.keep(index, y, after)
        return self.norm(y), StackState(entry, tuple(states))

    def forward(
        self, x: Tensor, side: Tensor | None = None, depth: Depth | None = None
    ) -> Tensor:
        """x[B, T + lookahead, C_in] -> y[B, T, C]."""
        y: Tensor = self.entry(x)
        y = self.entry_norm(y if side is None else y + side)
        for index, block in enumerate(self._blocks()[: None if depth is None else depth.most]):
            after = block(y)
            y = after if depth is None else depth.keep(index, y, after)
        y = self.norm(y)
        return y

    def _blocks(self) -> list[ConvNeXtBlock]:
        return [block for block in self.blocks if isinstance(block, ConvNeXtBlock)]
