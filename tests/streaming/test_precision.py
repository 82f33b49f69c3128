"""Half-precision matrices answer as the full ones do, as far as their precision goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from vvstream.streaming.precision import (
    SMALLEST,
    ByteLinear,
    HalfLinear,
    LowLinear,
    RowLinear,
    every,
    halve,
    lower,
    multiplies_bytes,
    quarter,
)

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
@pytest.mark.parametrize("layer", [HalfLinear, ByteLinear])
@torch.inference_mode()
def test_a_row_does_not_depend_on_its_neighbours(layer: Callable[[nn.Linear], nn.Module]) -> None:
    """Nor on how they are cut, nor on how loud they are."""
    low = layer(linear())
    x = torch.randn(9, 160) * torch.logspace(-3, 3, 9)[:, None]
    together = low(x)
    for row in range(9):
        assert torch.equal(low(x[row : row + 1])[0], together[row])
    assert torch.equal(low(x.reshape(3, 3, 160)).reshape(9, -1), together)


@needs_fbgemm
@torch.inference_mode()
def test_bytes_answer_as_far_as_their_precision_goes() -> None:
    full = linear()
    low = ByteLinear(full)
    x = torch.randn(2, 50, 160) * 10
    y, expected = low(x), full(x)
    assert y.dtype == low.weight.dtype == torch.float32
    decibels = 20 * torch.log10((y - expected).norm() / expected.norm())
    assert decibels < -38
    # Of nothing comes the bias, exactly.
    assert torch.equal(low(torch.zeros(1, 160))[0], full.bias)


@torch.inference_mode()
def test_float64_is_what_float32_would_be_without_rounding() -> None:
    full = linear()
    x = torch.randn(4, 160)
    exact = LowLinear(full, torch.float64)(x)
    assert exact.dtype == torch.float32
    assert torch.equal(exact, full.double()(x.double()).float())


@torch.inference_mode()
@pytest.mark.parametrize("depth", [1, 160, 197])
def test_without_our_kernel_rows_are_multiplied_in_float64(depth: int) -> None:
    full = nn.Linear(depth, 70)
    rows = RowLinear(full)
    x = torch.randn(4, 3, depth)
    weight, bias = full.weight.half().double(), full.bias.double()
    assert torch.equal(rows(x), nn.functional.linear(x.double(), weight, bias).float())
    assert rows.weight.dtype == torch.float32


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
    monkeypatch.setattr(type(torch.backends.quantized), "supported_engines", ["qnnpack"])
    for change in (halve, quarter):
        module = Nested()
        change(module, every)
        assert not {HalfLinear, ByteLinear} & {type(part) for part in module.modules()}


@needs_fbgemm
@pytest.mark.parametrize("able", [False, True])
def test_bytes_are_multiplied_where_the_processor_can(
    monkeypatch: pytest.MonkeyPatch, able: bool
) -> None:
    capabilities = {"avx512_vnni": able}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert multiplies_bytes() == able
    module = Nested()
    quarter(module)
    kinds = [type(part) for part in module.modules()]
    assert kinds.count(ByteLinear if able else HalfLinear) == 2
    assert kinds.count(nn.Linear) == 1


def test_lowering_takes_every_layer_however_deep_it_lies() -> None:
    module = Nested()
    lower(module, torch.float16)
    kinds = [type(part) for part in module.modules()]
    assert kinds.count(LowLinear) == 3
    assert nn.Linear not in kinds
    assert module.norm.weight.dtype == torch.float32
