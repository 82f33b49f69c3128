"""`cfg`: the range of pitch and energy around what a voice alone would say."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vvstream.acoustic.expression import LEARNED, expression, strength_of

CPU = torch.device("cpu")
NEUTRAL = ((0.2, 0.5), (-0.6, 0.0))


def spoken() -> Tensor:
    """Settled prosody[1, 200, 3], every third frame unvoiced."""
    torch.manual_seed(5)
    voiced = (torch.arange(200) % 3 > 0).float()
    return torch.stack((torch.randn(200) * voiced, voiced, torch.randn(200)), -1)[None]


def made(cfg: float, voice: int = 0) -> Tensor:
    return expression(NEUTRAL, (voice,), (cfg,), CPU).apply(spoken())


def test_the_range_grows_with_cfg() -> None:
    voiced = spoken()[..., 1] > 0
    for feature in (0, 2):
        ranges = [made(cfg)[voiced][:, feature].std() for cfg in (0.0, 1.0, 1.5, 2.0, 2.5, 3.0)]
        assert all(a < b for a, b in zip(ranges, ranges[1:], strict=False))


def test_as_learned_nothing_changes() -> None:
    assert torch.equal(made(LEARNED), spoken())


def test_without_expression_a_voice_is_monotone() -> None:
    flat = made(0.0, voice=1)
    voiced = flat[..., 1] > 0
    torch.testing.assert_close(flat[voiced][:, 0], torch.full((int(voiced.sum()),), -0.6))


def test_unvoiced_frames_stay() -> None:
    unvoiced = spoken()[..., 1] == 0
    assert torch.equal(made(3.0)[unvoiced], spoken()[unvoiced])


def test_voices_that_nobody_measured_stay() -> None:
    assert torch.equal(expression((), (3,), (7.0,), CPU).apply(spoken()), spoken())


@pytest.mark.parametrize(("cfg", "strength"), [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (10.0, 2.0)])
def test_strength(cfg: float, strength: float) -> None:
    assert strength_of(cfg) == strength
