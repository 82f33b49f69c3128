"""Stacks that stop early: each row at its own depth, streamed as whole."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cuts import CUTS, pieces
from vvstream.streaming.conv import ConvStack
from vvstream.streaming.depth import Depth, exit_of

CPU = torch.device("cpu")


def stack() -> ConvStack:
    torch.manual_seed(0)
    return ConvStack(6, 12, 4, 7, 2).eval()


@given(cuts=CUTS, depths=st.lists(st.integers(0, 4), min_size=3, max_size=3))
@torch.inference_mode()
def test_streamed_equals_whole(cuts: list[int], depths: list[int]) -> None:
    module, depth = stack(), Depth.of(depths, CPU)
    x = torch.randn(3, 41, 6)
    state = module.prime(x[:, :2], module.init(3, x))
    out = []
    for piece in pieces(2, 41, cuts):
        y, state = module.step(x[:, piece], state, depth=depth)
        out.append(y)
    torch.testing.assert_close(torch.cat(out, 1), module(x, depth=depth), atol=1e-5, rtol=0)


@torch.inference_mode()
def test_a_row_is_what_it_is_alone() -> None:
    module = stack()
    x = torch.randn(3, 20, 6)
    together = module(x, depth=Depth.of((1, 4, 2), CPU))
    for row, depth in enumerate((1, 4, 2)):
        alone = module(x[row : row + 1], depth=Depth.of((depth,), CPU))
        torch.testing.assert_close(together[row : row + 1], alone, atol=1e-6, rtol=0)
    assert not torch.allclose(together[0], module(x)[0])
    torch.testing.assert_close(together[1], module(x)[1], atol=1e-6, rtol=0)


@torch.inference_mode()
def test_blocks_that_nobody_needs_are_not_computed() -> None:
    module = stack()
    x = torch.randn(1, 20, 6)
    for block in list(module.blocks)[2:]:
        block.register_forward_hook(lambda *_: pytest.fail("computed"))
    module(x, depth=Depth.of((2,), CPU))


@pytest.mark.parametrize(("steps", "blocks"), [(1, 2), (3, 5), (4, 8), (50, 8)])
def test_exits(steps: int, blocks: int) -> None:
    assert exit_of((2, 3, 5), steps, 8) == blocks


def test_a_network_that_never_stops_early() -> None:
    assert exit_of((), 1, 8) == 8
