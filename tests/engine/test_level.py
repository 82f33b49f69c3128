"""Every voice as loud as the others, and no sample over the ceiling."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.support.small import SMALL, small_acoustic, small_ticker
from tests.support.units import samples_of, say, some_units
from vvstream.acoustic.weights import load_acoustic
from vvstream.audio import PCM_PEAK, SAMPLE_RATE
from vvstream.engine.level import CEILING, KNEE, level
from vvstream.errors import ConfigError
from vvstream.options import VoiceInfo
from vvstream.streaming.weights import save_weights

SAMPLES = st.lists(st.floats(-8, 8, width=32, allow_subnormal=False), min_size=1, max_size=50)


@given(SAMPLES, st.floats(0.25, 4, width=32))
def test_nothing_passes_the_ceiling_and_the_order_stays(samples: list[float], gain: float) -> None:
    rising = torch.tensor([sorted(samples)])
    heard = level(rising, torch.tensor([gain]))
    assert heard.abs().max() <= CEILING + 1e-6
    assert (heard.diff() >= 0).all()
    quiet = (rising * gain).abs() <= KNEE
    assert torch.equal(heard[quiet], (rising * gain)[quiet])


def test_the_bend_begins_with_the_slope_of_what_is_below() -> None:
    step = 1e-4
    heard = level(torch.tensor([[KNEE - step, KNEE, KNEE + step]]), torch.ones(1))
    below, above = heard.diff()[0].tolist()
    assert above == pytest.approx(below, rel=1e-2)


def test_each_row_has_its_own_gain() -> None:
    heard = level(torch.full((2, 3), 0.1), torch.tensor([1.0, 2.0]))
    assert torch.allclose(heard, torch.tensor([[0.1] * 3, [0.2] * 3]))


def test_each_voice_has_its_own_gain() -> None:
    quiet, other = small_ticker(), small_ticker()
    quiet.languages["en"].gains = (0.1, 0.1)
    other.languages["en"].gains = (0.1, 0.2)
    for voice, louder in ((0, 1.0), (1, 2.0)):
        before = samples_of(say(quiet, some_units(40), voice))
        after = samples_of(say(other, some_units(40), voice))
        # Silence at the start is cut where it begins to be heard, which may be sooner now.
        assert 0 <= len(after) - len(before) < SAMPLE_RATE / 4
        same = after[len(after) - len(before) :]
        assert np.abs(same - louder * before).max() <= 2 / PCM_PEAK
        assert np.abs(before).max() > 0.01


@pytest.mark.parametrize(
    ("gains", "complaint"),
    [([1.0], "1 gains_db for 2 voices"), (["loud", "louder"], "not an acoustic model")],
)
def test_wrong_gains_are_refused(tmp_path: Path, gains: list[object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_acoustic(_saved(tmp_path / "en.safetensors", {"gains_db": gains}))


def test_gains_are_decibels_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "en.safetensors"
    assert load_acoustic(_saved(path, {})).gains == (1.0, 1.0)
    one, other = load_acoustic(_saved(path, {"gains_db": [0, 20]})).gains
    assert (one, other) == pytest.approx((1.0, 10.0))


def _saved(path: Path, header: Mapping[str, object]) -> Path:
    voices = [asdict(VoiceInfo(f"en-{name}_man", "en", "man")) for name in "AB"]
    sizes = {"sizes": asdict(SMALL), "voices": voices}
    save_weights(path, dict(small_acoustic().named_parameters()), {**sizes, **header})
    return path


def test_a_pace_makes_a_voice_slower() -> None:
    lasting = {}
    for pace in (1.0, 0.5):
        ticker = small_ticker()
        ticker.languages["en"].paces = (pace, 1.0)
        lasting[pace] = len(samples_of(say(ticker, some_units(40), 0)))
    # Pauses and rounding take a part of it.
    assert 1.7 < lasting[0.5] / lasting[1.0] < 2.1
