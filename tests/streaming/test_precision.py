"""Half-precision matrices answer as the full ones do, as far as their precision goes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vvstream.streaming.precision import SMALLEST, HalfLinear, LowLinear, halve, lower

FBGEMM = "fbgemm" in torch.backends.quantized.supported_engines
needs_fbgemm = pytest.mark.skipif(not FBGEMM, reason="this processor has no half-precision product")


def linear(channels_in: int = 160, channels_out: int = 192) -> nn.Linear:
    torch.manual_seed(8)
    return nn.Linear(channels_in, channels_out).requires_grad_(False)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@torch.inference_mode()
def test_a_low_layer_multiplies_in_its_precision_and_answers_in_its_inputs(
    dtype: torch.dtype,
) -> None:
    full = linear()
    low = LowLinear(full, dtype)
    x = torch.randn(2, 5, 160)
    assert low.weight.dtype == low.bias.dtype == dtype
    y = low(x)
    assert y.dtype == x.dtype
    assert not torch.equal(y, full(x))
    # Eight bits of mantissa, a sum of 160 products.
    torch.testing.assert_close(y, full(x), atol=0.02, rtol=0.02)


@needs_fbgemm
@torch.inference_mode()
def test_weights_from_a_half_precision_file_lose_nothing() -> None:
    full = linear()
    full.weight.copy_(full.weight.half())
    half = HalfLinear(full)
    x = torch.randn(3, 7, 160)
    assert half(x).dtype == half.weight.dtype == torch.float32
    assert half.weight.device == x.device
    torch.testing.assert_close(half(x), full(x), atol=1e-5, rtol=0)


@needs_fbgemm
@torch.inference_mode()
def test_a_row_does_not_depend_on_its_neighbours() -> None:
    half = HalfLinear(linear())
    x = torch.randn(9, 160)
    together = half(x)
    for row in range(9):
        assert torch.equal(half(x[row : row + 1])[0], together[row])


class Nested(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.large = linear()
        self.norm = nn.LayerNorm(192)
        self.inner = nn.Sequential(nn.Linear(4, 4), nn.ModuleList([linear()]))


@needs_fbgemm
def test_only_large_layers_are_halved_however_deep_they_lie() -> None:
    module = Nested()
    assert module.large.weight.numel() >= SMALLEST
    halve(module)
    kinds = [type(part) for part in module.modules()]
    assert kinds.count(HalfLinear) == 2
    assert kinds.count(nn.Linear) == kinds.count(nn.LayerNorm) == 1


def test_without_such_a_product_nothing_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vvstream.streaming.precision.SMALLEST", 1)
    monkeypatch.setattr(type(torch.backends.quantized), "supported_engines", ["qnnpack"])
    module = Nested()
    halve(module)
    assert HalfLinear not in [type(part) for part in module.modules()]


def test_lowering_takes_every_layer_however_deep_it_lies() -> None:
    module = Nested()
    lower(module, torch.float16)
    kinds = [type(part) for part in module.modules()]
    assert kinds.count(LowLinear) == 3
    assert nn.Linear not in kinds
    assert module.norm.weight.dtype == torch.float32
