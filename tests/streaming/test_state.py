"""Slots are picked out of a batch and put back without knowing what a layer keeps."""

from __future__ import annotations

import pytest
import torch

from vvstream.streaming.attention import WindowedBlock
from vvstream.streaming.conv import ConvStack
from vvstream.streaming.state import grow, map_tensors, put, size_in_bytes, take, tensors


@torch.inference_mode()
def test_rows_step_alike_alone_and_in_a_batch() -> None:
    torch.manual_seed(0)
    module = WindowedBlock(12, 2, 6, 3).eval()
    x = torch.randn(5, 13, 12)
    state = module.prime(x[:, :3], module.init(5, x))
    rows = torch.tensor([4, 1])
    part = take(state, rows)
    y, part = module.step(x[rows, 3:], part)
    whole, expected = module.step(x[:, 3:], state)
    torch.testing.assert_close(y, whole[rows], atol=1e-6, rtol=0)
    put(state, rows, part)
    for kept, wanted in zip(tensors(take(state, rows)), tensors(take(expected, rows)), strict=True):
        torch.testing.assert_close(kept, wanted, atol=1e-6, rtol=0)
    untouched = module.prime(x[:, :3], module.init(5, x))
    for kept, wanted in zip(tensors(state), tensors(untouched), strict=True):
        torch.testing.assert_close(kept[[0, 2, 3]], wanted[[0, 2, 3]])


def test_growing_keeps_what_is_there_and_adds_zeros() -> None:
    stack = ConvStack(4, 8, 2, 3, 1)
    state = map_tensors(torch.ones_like, stack.init(2, torch.zeros(1)))
    wide = grow(state, 5)
    assert size_in_bytes(wide) * 2 == size_in_bytes(state) * 5
    for old, new in zip(tensors(state), tensors(wide), strict=True):
        assert torch.equal(new[:2], old)
        assert not new[2:].any()
    assert [t.shape for t in tensors(grow(wide, 1))] == [t[:1].shape for t in tensors(state)]


def test_a_state_holds_nothing_but_tensors() -> None:
    with pytest.raises(TypeError, match="int"):
        map_tensors(torch.clone, (torch.zeros(1), 3))
