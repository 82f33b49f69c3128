"""Streamed equals whole, for every layer, wherever the input is cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import given
from torch import Tensor

from tests.support.cuts import CUTS, pieces
from vvstream.streaming.attention import GROUP, WindowedBlock
from vvstream.streaming.conv import LARGE, ConvNeXtBlock, ConvStack, LookaheadConv
from vvstream.streaming.precision import every, halve

BATCH, LENGTH, CHANNELS = 2, 41, 12
LAYERS: dict[str, Any] = {
    "conv without future": lambda: LookaheadConv(CHANNELS, CHANNELS, 5, 0),
    "conv": lambda: LookaheadConv(CHANNELS, CHANNELS, 7, 3),
    "conv that sees only the future": lambda: LookaheadConv(CHANNELS, CHANNELS, 4, 3),
    "block": lambda: ConvNeXtBlock(CHANNELS),
    "stack": lambda: ConvStack(CHANNELS, CHANNELS, 3, 7, 2),
    "attention": lambda: WindowedBlock(CHANNELS, 2, 6, 0),
    "attention with future": lambda: WindowedBlock(CHANNELS, 2, 6, 3),
    "attention over all": lambda: WindowedBlock(CHANNELS, 2, 64, 8),
}


def build(name: str) -> Any:
    torch.manual_seed(0)
    return LAYERS[name]().eval()


def stream(module: Any, x: Tensor, cuts: Sequence[int]) -> Tensor:
    state = module.init(BATCH, x)
    ahead = module.lookahead
    if ahead:
        state = module.prime(x[:, :ahead], state)
    out = []
    for piece in pieces(ahead, x.shape[1], cuts):
        y, state = module.step(x[:, piece], state)
        out.append(y)
    return torch.cat(out, 1)


@pytest.mark.parametrize("name", LAYERS)
@given(cuts=CUTS)
@torch.inference_mode()
def test_streamed_equals_whole(name: str, cuts: list[int]) -> None:
    module = build(name)
    x = torch.randn(BATCH, LENGTH, CHANNELS)
    whole = module(x)
    assert whole.shape[1] == LENGTH - module.lookahead
    torch.testing.assert_close(stream(module, x, cuts), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", LAYERS)
@torch.inference_mode()
def test_sees_no_further_than_its_lookahead(name: str) -> None:
    module = build(name)
    x = torch.randn(BATCH, LENGTH, CHANNELS)
    changed = x.clone()
    at = 20
    changed[:, at + module.lookahead + 1 :] += 1
    before, after = module(x), module(changed)
    torch.testing.assert_close(before[:, : at + 1], after[:, : at + 1], atol=1e-6, rtol=0)
    assert not torch.allclose(before[:, at + 1 :], after[:, at + 1 :])


@torch.inference_mode()
def test_attention_forgets_what_left_the_window() -> None:
    module = build("attention")
    x = torch.randn(BATCH, LENGTH, CHANNELS)
    changed = x.clone()
    changed[:, :10] += 1
    torch.testing.assert_close(module(x)[:, 15:], module(changed)[:, 15:], atol=1e-6, rtol=0)


@pytest.mark.parametrize("lookahead", [0, 2 * GROUP])
@pytest.mark.parametrize("groups", [2, 4, 5])
@torch.inference_mode()
def test_a_token_is_the_same_in_a_step_of_any_size(lookahead: int, groups: int) -> None:
    """Bit by bit, where the products around it are exact; in any company."""
    torch.manual_seed(0)
    block = WindowedBlock(64, 2, 16, lookahead).eval()
    halve(block, every)
    x = torch.randn(3, lookahead + 40 * GROUP, 64)
    small = stream_in(block, x, GROUP)
    assert torch.equal(stream_in(block, x, groups * GROUP), small)
    assert torch.equal(stream_in(block, x[1:2], groups * GROUP), small[1:2])


def stream_in(block: WindowedBlock, x: Tensor, count: int) -> Tensor:
    """In steps of so many tokens."""
    ahead = block.lookahead
    state = block.prime(x[:, :ahead], block.init(len(x), x))
    out = []
    for start in range(ahead, x.shape[1], count):
        y, state = block.step(x[:, start : start + count], state)
        out.append(y)
    return torch.cat(out, 1)


def test_a_lookahead_must_fit_into_the_kernel() -> None:
    with pytest.raises(ValueError, match=r"0\.\.4, got 5"):
        LookaheadConv(4, 4, 5, 5)


@pytest.mark.parametrize("batch", [1, 40])
@torch.no_grad()
def test_a_large_piece_is_mixed_as_a_small_one(batch: int) -> None:
    """The two ways of computing it agree; which is taken depends on the size alone."""
    block = ConvNeXtBlock(64).eval()
    x = torch.randn(batch, 40, 64)
    assert (x.numel() >= LARGE) == (batch == 40)
    with torch.enable_grad():
        expected = block(x).detach()
    torch.testing.assert_close(block(x), expected, atol=1e-6, rtol=0)
