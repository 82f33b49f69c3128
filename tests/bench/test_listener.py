"""What the benchmarks count: the first audible sample, lateness, percentiles, texts."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.listener import Heard, first_audible, first_loud, lateness, percentile
from bench.texts import text_of

SILENCE = bytes(640)
FLOATS = st.floats(0, 100)


def tone_from(sample: int, value: int = 5_000) -> bytes:
    return bytes(2 * sample) + struct.pack("<h", value) * (320 - sample)


@given(st.integers(0, 319), st.sampled_from([104, -104, 32767, -32768]))
def test_the_first_sample_over_50_db_below_full_scale(sample: int, value: int) -> None:
    assert first_loud(tone_from(sample, value)) == sample


@pytest.mark.parametrize("value", [0, 103, -103])
def test_what_is_softer_is_not_audible(value: int) -> None:
    assert first_loud(tone_from(0, value)) is None


def test_silence_is_never_audible() -> None:
    assert first_audible([Heard(0.1, SILENCE), Heard(0.2, SILENCE)]) is None


@given(st.integers(0, 50), st.integers(0, 319), FLOATS)
def test_leading_silence_is_waited_out_by_a_player(count: int, sample: int, first: float) -> None:
    # All frames come at once; the player still needs 20 ms for each silent one.
    heard = [Heard(first, SILENCE)] * count + [Heard(first, tone_from(sample))]
    sounded = first_audible(heard)
    assert sounded == pytest.approx(first + 0.02 * count + sample / 16_000)


@given(st.lists(FLOATS, max_size=20).map(sorted), st.floats(0, 100))
def test_a_late_frame_holds_the_player_up(early: list[float], gap: float) -> None:
    last = (early[-1] if early else 0) + gap
    heard = [Heard(at, SILENCE) for at in early] + [Heard(last, tone_from(0))]
    sounded = first_audible(heard)
    assert sounded is not None
    assert sounded >= last
    assert sounded >= (early[0] + 0.02 * len(early) if early else last) - 1e-9


@given(st.integers(1, 100), FLOATS, st.floats(0, 1))
def test_frames_in_real_time_are_early_by_the_buffer(n: int, first: float, buffer: float) -> None:
    late = lateness([first + 0.02 * number for number in range(n)], buffer)
    assert late == pytest.approx([-buffer] * n)


@given(st.lists(FLOATS, min_size=1), st.floats(0, 1))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= math.floor(share * len(values))
    assert sum(value < found for value in values) <= math.ceil(share * len(values))


@given(st.integers(1, 6_000), st.integers(0, 300))
def test_a_text_has_the_length_asked_for(characters: int, seed: int) -> None:
    text = text_of(characters, seed)
    assert len(text) == characters
    assert text == text.strip()
    assert text == text_of(characters, seed)
