"""Rate, pitch, volume and pauses of units: exact, without clicks, however the sound is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

from tests.support.cuts import CUTS, pieces
from tests.support.small import (
    clocked_ticker,
    small_acoustic,
    small_vocoder,
    ticker_of,
)
from tests.support.units import heard_by, options, samples_of, say, some_units
from vvstream.acoustic.decoder import raised
from vvstream.audio import HOP, PCM_PEAK, SAMPLE_RATE, AudioChunk, UnitSpan
from vvstream.engine.shape import LOUD, Shape
from vvstream.engine.tick import Ticker
from vvstream.engine.track import (
    FIRST_FRAMES,
    LAG,
    LONGEST_KNOWN,
    PAUSE_POWER,
    PAUSES,
    SHORTEST_PAUSE,
    Track,
    frames_of,
)
from vvstream.options import PLAIN, Manner
from vvstream.phonemes.inventory import encode
from vvstream.streaming.depth import Depth
from vvstream.vocoder.model import Vocoder, VocoderState

EXAMPLES = settings(max_examples=10)

RATIOS = st.sampled_from((0.5, 0.8, 1.0, 1.25, 2.0))
MANNERS = st.builds(
    Manner,
    rate=RATIOS,
    pitch=RATIOS,
    volume=st.sampled_from((0.0, 0.5, 1.0, 2.0)),
    seconds=st.sampled_from((None, None, None, 0.05, 0.7)),
)
# Runs of units in one manner.
RUNS = st.lists(
    st.tuples(st.lists(st.integers(1, 177), min_size=1, max_size=6), MANNERS),
    min_size=1,
    max_size=5,
)
Runs = Sequence[tuple[Sequence[int], Manner]]


def heard(
    runs: Runs, cuts: Sequence[int] | None = None, ticker: Ticker | None = None
) -> list[AudioChunk]:
    """The chunks of some runs; with cuts, fed in pieces, each spoken as far as it goes."""
    ticker = ticker or clocked_ticker(4)
    job = ticker.job("en", 0, options())
    flat = [(unit, manner) for units, manner in runs for unit in units]
    chunks: list[AudioChunk] = []
    for piece in pieces(0, len(flat), [len(flat)] if cuts is None else cuts):
        for unit, manner in flat[piece]:
            job.track.feed([unit], manner)
        while cuts is not None and ticker.can_advance(job):
            chunks += heard_by(job, ticker)
    job.track.finish()
    while not job.track.done:
        chunks += heard_by(job, ticker)
    return chunks


def spans_of(chunks: Sequence[AudioChunk]) -> list[UnitSpan]:
    return [span for chunk in chunks for span in chunk.spans]


def test_the_pauses_are_the_marks_of_the_inventory() -> None:
    assert frozenset(encode(";:,.!?—…")) == PAUSES


@EXAMPLES
@given(runs=RUNS, cuts=CUTS)
def test_the_same_samples_however_the_units_come(runs: Runs, cuts: list[int]) -> None:
    pieced, whole = heard(runs, cuts), heard(runs)
    assert np.array_equal(samples_of(pieced), samples_of(whole))
    # A span comes earlier where more text is there, but it is the same.
    assert spans_of(pieced) == spans_of(whole)


@EXAMPLES
@given(runs=RUNS)
def test_a_plain_manner_is_no_manner(runs: Runs) -> None:
    units = [unit for units, _ in runs for unit in units]
    assert heard([(units, PLAIN)]) == say(clocked_ticker(4), units)


@EXAMPLES
@given(units=st.lists(st.integers(16, 177), min_size=2, max_size=12), rate=RATIOS)
def test_rate_is_speed_for_some(units: list[int], rate: float) -> None:
    quick = spans_of(heard([(units, Manner(rate=rate))]))
    assert quick == spans_of(say(clocked_ticker(4), units, speed=rate))


@EXAMPLES
@given(
    before=st.integers(1, 6),
    after=st.integers(1, 6),
    seconds=st.sampled_from((0.05, 0.3, 1.0, 3.0)),
)
def test_a_pause_lasts_as_long_as_asked_and_is_silent(
    before: int, after: int, seconds: float
) -> None:
    pause = Manner(volume=0.0, seconds=seconds)
    chunks = heard(
        [(some_units(before), PLAIN), ([3], pause), (some_units(after, 1), PLAIN)]
    )
    span = next(span for span in spans_of(chunks) if span.unit == before)
    assert span.end - span.start == round(seconds * SAMPLE_RATE / HOP) * HOP
    inside = samples_of(chunks)[span.start + HOP // 2 : span.end - HOP // 2]
    assert not inside.any()


def test_a_pause_that_was_asked_for_first_is_not_cut_off() -> None:
    pause = Manner(volume=0.0, seconds=1.5)
    chunks = heard([([3], pause), (some_units(4), PLAIN)])
    sound, end = samples_of(chunks), spans_of(chunks)[0].end
    assert 1.45 * SAMPLE_RATE <= end <= 1.55 * SAMPLE_RATE
    assert not sound[: end - HOP // 2].any()
    assert sound[end + HOP // 2 :].any()


def test_a_long_pause_tells_its_frames_only_what_training_knew() -> None:
    track = Track(1.0, 3, 0, 1)
    track.feed([3], Manner(seconds=1.0))
    track.finish()
    track.add_durations([2.0, 9.0, 2.0])
    places = frames_of([track.take_frames(82)], 82)[0, 2:]
    assert set(places[:, 2]) == {LONGEST_KNOWN}
    told = places[:, 1].tolist()
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, LONGEST_KNOWN - 1)
    assert places[40].tolist() == [1, LONGEST_KNOWN // 2, LONGEST_KNOWN]


@EXAMPLES
@given(own=st.floats(3, 40), rate=st.floats(0.5, 2.0))
def test_pauses_change_more_than_sounds_do(own: float, rate: float) -> None:
    pause, sound = (_frames(unit, own, rate) for unit in (3, 50))
    assert abs(sound - own / rate) <= 0.5
    assert abs(pause - max(SHORTEST_PAUSE, own / rate**PAUSE_POWER)) <= 0.5
    if own / rate**PAUSE_POWER >= SHORTEST_PAUSE:
        assert pause <= sound if rate > 1 else pause >= sound


@EXAMPLES
@given(own=st.floats(0.1, 3), rate=st.floats(1.0, 2.0))
def test_a_short_pause_stays_as_it_is(own: float, rate: float) -> None:
    assert _frames(3, own, rate) == max(1, round(own))


def _frames(unit: int, own: float, rate: float) -> int:
    """How long the first unit of an utterance is, of `own` frames."""
    track = Track(rate, 3, 0, 1)
    track.feed([unit])
    track.finish()
    track.add_durations([2.0, own, 2.0])
    (span,) = track.take_spans()
    return (span.end - span.start) // HOP


class Listening(Vocoder):
    """Writes down the F0 of every frame that it is given."""

    def __init__(self, like: Vocoder) -> None:
        super().__init__(like.sizes)
        self.load_state_dict(like.state_dict())
        self.eval().requires_grad_(False)
        self.hertz: list[float] = []

    def prime(self, mel: Tensor, pitch: Tensor, state: VocoderState) -> VocoderState:
        self.hertz += pitch[0, :, 0].tolist()
        return super().prime(mel, pitch, state)

    def step(
        self, mel: Tensor, pitch: Tensor, state: VocoderState, depth: Depth | None = None
    ) -> tuple[Tensor, VocoderState]:
        self.hertz += pitch[0, :, 0].tolist()
        return super().step(mel, pitch, state, depth)


def _hertz(runs: Runs) -> tuple[list[float], list[UnitSpan]]:
    vocoder = Listening(small_vocoder())
    spans = spans_of(heard(runs, ticker=ticker_of(small_acoustic(), vocoder, largest=4)))
    return vocoder.hertz, spans


@EXAMPLES
@given(runs=RUNS)
def test_pitch_is_a_ratio_of_f0_from_the_first_frame_of_a_unit_to_its_last(runs: Runs) -> None:
    # A pause that was asked for is not trimmed, so that all spans are whole.
    runs = [([3], Manner(seconds=0.1)), *((u, replace(m, volume=1.0)) for u, m in runs)]
    usual, spans = _hertz([(units, replace(manner, pitch=1.0)) for units, manner in runs])
    raised, same = _hertz(runs)
    assert same == spans
    ratios = [manner.pitch for units, manner in runs[1:] for _ in units]
    frame = FIRST_FRAMES - LAG + 8
    for ratio, span in zip(ratios, spans[1:], strict=True):
        for _ in range((span.end - span.start) // HOP):
            assert raised[frame] == pytest.approx(ratio * usual[frame], rel=1e-5)
            frame += 1


def test_whispered_frames_have_no_pitch_to_raise() -> None:
    settled = torch.tensor([[[0.5, 1.0, 2.0], [0.0, 0.0, 2.0]]])
    shift = torch.full((1, 2), 0.25)
    assert raised(settled, shift).tolist() == [[[0.75, 1.0, 2.0], [0.0, 0.0, 2.0]]]


@EXAMPLES
@given(
    gains=st.lists(st.sampled_from((0.0, 0.3, 1.0, 1.0, 2.0)), min_size=1, max_size=8),
    lengths=st.lists(st.integers(1, 5), min_size=8, max_size=8),
    cuts=CUTS,
    level=st.floats(-1, 1),
)
def test_volume_changes_without_a_click(
    gains: list[float], lengths: list[int], cuts: list[int], level: float
) -> None:
    shape, at = _loudness(gains, lengths)
    sound = np.full(at, round(level * PCM_PEAK), np.int16)
    whole = shape.apply(sound, 0)
    again, _ = _loudness(gains, lengths)
    parts = [again.apply(sound[p], p.start) for p in pieces(0, at, [97 * cut for cut in cuts])]
    assert np.array_equal(np.concatenate(parts), whole)
    heard = whole / PCM_PEAK
    assert np.abs(np.diff(heard)).max(initial=0) <= 2.0 / HOP + 2 / PCM_PEAK
    assert np.abs(heard).max() <= 1.0
    start = HOP
    for gain, length in zip(gains, lengths, strict=False):
        middle = heard[start + length * HOP // 2]
        if gain <= 1 or abs(gain * level) <= LOUD:
            assert middle == pytest.approx(gain * level, abs=2 / PCM_PEAK)
        else:
            assert LOUD - 2 / PCM_PEAK <= abs(middle) <= 1
        start += length * HOP


def _loudness(gains: list[float], lengths: list[int]) -> tuple[Shape, int]:
    """A shape whose tokens have these gains, and where the last one ends."""
    shape, frame = Shape(), 1
    for token, (gain, length) in enumerate(zip(gains, lengths, strict=False), 1):
        manner = Manner(volume=gain)
        shape.feed(token, manner)
        assert shape.place(token, frame, frame * HOP) == manner
        frame += length
    return shape, frame * HOP


def test_nothing_asked_for_costs_nothing() -> None:
    shape = Shape()
    sound: NDArray[np.int16] = np.ones(400, np.int16)
    assert shape.apply(sound, 0) is sound
    assert shape.pitches(0, 4) is None
