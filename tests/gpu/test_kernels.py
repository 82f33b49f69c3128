"""Our kernels say what torch says, and of each row what they say of it alone."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from vvstream.streaming import kernels
from vvstream.streaming.attention import WindowedBlock
from vvstream.streaming.conv import ConvNeXtBlock
from vvstream.streaming.precision import RowLinear, by_rows


def exact(linear: nn.Linear, x: Tensor) -> Tensor:
    """In float64, with the weights as halves."""
    return nn.functional.linear(x.double(), linear.weight.half().double(), linear.bias.double())


@torch.inference_mode()
@pytest.mark.parametrize(
    ("depth", "width"), [(4, 256), (384, 384), (384, 1), (387, 80), (2688, 256), (804, 448)]
)
def test_products_are_as_exact_as_in_float32(depth: int, width: int) -> None:
    torch.manual_seed(5)
    linear = nn.Linear(depth, width).cuda()
    layer = RowLinear(linear)
    x = 3 * torch.randn(37, 8, depth, device="cuda")
    assert kernels.multiplies(x)
    y, expected = layer(x), exact(linear, x)
    off = float((y - expected).abs().max() / expected.abs().max())
    library = float((linear.half().float()(x) - expected).abs().max() / expected.abs().max())
    print(f"{depth} x {width}: {off:.1e} off, torch in float32 {library:.1e}")
    assert off < 2e-6
    assert torch.equal(layer(x[11:12]), y[11:12])
    assert torch.equal(layer(x[:, 3:5]), y[:, 3:5])


@torch.inference_mode()
@pytest.mark.parametrize("lookahead", [0, 8])
def test_a_token_hears_the_same_in_a_step_of_any_size(lookahead: int) -> None:
    torch.manual_seed(6)
    full = WindowedBlock(384, 6, 64, lookahead).half().float()
    block = deepcopy(full)
    by_rows(block)
    block.cuda()
    x = torch.randn(5, 112, 384, device="cuda")
    whole = full.double()(x.cpu().double())

    def streamed(sizes: tuple[int, ...], rows: slice) -> Tensor:
        given = x[rows]
        state = block.prime(given[:, :lookahead], block.init(len(given), given))
        parts, at = [], lookahead
        for size in sizes:
            part, state = block.step(given[:, at : at + size], state)
            parts.append(part)
            at += size
        return torch.cat(parts, 1)

    large, small = streamed((16,) * 6, slice(None)), streamed((4, 8) * 8, slice(2, 3))
    length = large.shape[1]
    assert torch.equal(large[2:3], small)
    off = float((large.double().cpu() - whole[:, :length]).abs().max())
    print(f"lookahead {lookahead}: {off:.1e} off")
    assert off < 1e-4


@torch.inference_mode()
@pytest.mark.parametrize("channels", [40, 256, 384, 448])
@pytest.mark.parametrize("answers", [torch.float16, torch.float32])
def test_a_convolution_and_its_norm(channels: int, answers: torch.dtype) -> None:
    torch.manual_seed(3)
    block = ConvNeXtBlock(channels).cuda()
    torch.nn.init.normal_(block.norm.weight)
    torch.nn.init.normal_(block.norm.bias)
    seen = torch.randn(5, 38, channels, device="cuda")
    assert kernels.fits(seen)
    mixed = kernels.mix(seen, block.depthwise.t(), block.norm, answers)
    taps = block.depthwise[:, None].double()
    summed = nn.functional.conv1d(seen.transpose(1, 2).double(), taps, groups=channels)
    expected = block.norm(summed.transpose(1, 2).float()).to(answers)
    torch.testing.assert_close(mixed, expected, atol=1e-5, rtol=1e-3)
    # A row is the same alone.
    alone = kernels.mix(seen[2:3], block.depthwise.t(), block.norm, answers)
    assert torch.equal(alone[0], mixed[2])
