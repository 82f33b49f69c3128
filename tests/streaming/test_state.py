"""States lie in the rows of a matrix, without anyone knowing what a layer keeps."""

from __future__ import annotations

import pytest
import torch

from tests.support.small import exact_models, small_acoustic, small_vocoder
from vvstream.streaming.attention import WindowedBlock
from vvstream.streaming.state import Layout, map_tensors, tensors
from vvstream.vocoder.model import VocoderState


@torch.inference_mode()
def test_rows_step_alike_alone_and_in_a_batch() -> None:
    torch.manual_seed(0)
    module = WindowedBlock(12, 2, 6, 3).eval()
    x = torch.randn(5, 13, 12)
    state = module.prime(x[:, :3], module.init(5, x))
    layout = Layout(module.init(1, x))
    matrix = layout.pack(state)
    assert matrix.shape == (5, layout.width)
    rows = torch.tensor([4, 1])
    y, part = module.step(x[rows, 3:], layout.unpack(matrix[rows]))
    whole, expected = module.step(x[:, 3:], state)
    torch.testing.assert_close(y, whole[rows], atol=1e-6, rtol=0)
    matrix[rows] = layout.pack(part)
    unpacked = layout.unpack(matrix)
    for kept, wanted, before in zip(*map(tensors, (unpacked, expected, state)), strict=True):
        torch.testing.assert_close(kept[rows], wanted[rows], atol=1e-6, rtol=0)
        assert torch.equal(kept[[0, 2, 3]], before[[0, 2, 3]])


def random_state(like: VocoderState) -> VocoderState:
    def fill(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.dtype == torch.long:  # as large as whole numbers get, and negative
            return torch.randint(-(2**62), 2**62, tensor.shape)
        return torch.randn(tensor.shape, dtype=tensor.dtype)

    return map_tensors(fill, like)


@pytest.mark.parametrize("exact", [False, True])
def test_what_is_packed_is_unpacked_bit_by_bit(exact: bool) -> None:
    vocoder = exact_models()[1] if exact else small_vocoder()
    torch.manual_seed(1)
    state = random_state(vocoder.init(3, torch.zeros(3, dtype=torch.long)))
    layout = Layout(state)
    unpacked = layout.unpack(layout.pack(state))
    for back, tensor in zip(tensors(unpacked), tensors(state), strict=True):
        assert back.dtype == tensor.dtype
        assert torch.equal(back, tensor)


def test_a_state_without_whole_numbers_is_all_floats() -> None:
    state = small_acoustic().decoder.init(2)
    layout = Layout(state)
    odd = sum(tensor[0].numel() for tensor in tensors(state)) % 2
    assert layout.width == sum(tensor[0].numel() for tensor in tensors(state)) + odd
    assert not layout.pack(state).any()


def test_a_state_holds_nothing_but_tensors() -> None:
    with pytest.raises(TypeError, match="int"):
        map_tensors(torch.clone, (torch.zeros(1), 3))
