"""Weights come back as they were saved: large matrices as near as bytes are, the rest in halves."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from vvstream.errors import ConfigError
from vvstream.streaming.precision import SMALLEST, ByteLinear
from vvstream.streaming.weights import (
    SCALE,
    amend_header,
    fill,
    read_header,
    read_weights,
    save_weights,
)

ROWS, COLUMNS = 160, 128
assert ROWS * COLUMNS >= SMALLEST


@pytest.fixture
def weights() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(3)
    large = torch.randn(ROWS, COLUMNS, generator=generator)
    large *= torch.logspace(-3, 1, ROWS)[:, None]  # rows of all sizes
    large[7] = 0.0
    return {"weight": large, "bias": torch.randn(ROWS, generator=generator)}


def test_bytes_where_they_pay(weights: dict[str, Tensor], tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    save_weights(path, weights, {"sizes": {}})
    assert path.stat().st_size < 1.2 * ROWS * COLUMNS
    back = read_weights(path)
    assert back.keys() == weights.keys()
    step = weights["weight"].abs().amax(1, keepdim=True) / 127
    assert ((back["weight"] - weights["weight"]).abs() <= 0.6 * step + 1e-7).all()
    assert torch.equal(back["bias"], weights["bias"].half())


def test_nothing_is_lost_twice(weights: dict[str, Tensor], tmp_path: Path) -> None:
    once, twice = tmp_path / "once.safetensors", tmp_path / "twice.safetensors"
    save_weights(once, weights, {})
    save_weights(twice, read_weights(once), {})
    stored, again = load_file(once), load_file(twice)
    assert torch.equal(stored["weight"], again["weight"])
    torch.testing.assert_close(stored["weight" + SCALE], again["weight" + SCALE], rtol=1e-3, atol=0)
    if "fbgemm" in torch.backends.quantized.supported_engines:
        linear = nn.Linear(COLUMNS, ROWS)
        fill(linear, once)
        packed, _ = torch.ops.quantized.linear_unpack(ByteLinear(linear)._packed)
        assert torch.equal(packed.int_repr(), stored["weight"])


def test_a_header_is_amended_and_nothing_else(weights: dict[str, Tensor], tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    save_weights(path, weights, {"sizes": {"channels": 3}, "steps": 5})
    before = load_file(path)
    amend_header(path, steps=6, paces=[1.0])
    assert read_header(path) == {"sizes": {"channels": 3}, "steps": 6, "paces": [1.0]}
    after = load_file(path)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_what_does_not_fit_is_named(weights: dict[str, Tensor], tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    save_weights(path, weights, {})
    with pytest.raises(ConfigError, match=r"weight is \[160, 128\], expected \[160, 64\]"):
        fill(nn.Linear(64, ROWS), path)
    with pytest.raises(ConfigError, match="bias"):
        fill(nn.Linear(COLUMNS, ROWS, bias=False), path)
