"""All stages together: streamed equals whole, alone equals in company, whenever units come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

from tests.support.cuts import CUTS, pieces
from tests.support.small import (
    clocked_models,
    clocked_ticker,
    exact_models,
    exact_ticker,
    small_acoustic,
    small_ticker,
    small_vocoder,
    ticker_of,
)
from tests.support.units import (
    UNITS,
    decibels_between,
    heard_by,
    options,
    said,
    samples_of,
    say,
    some_units,
)
from vvstream.acoustic.decoder import pitch_of, place_features
from vvstream.acoustic.encoder import TextEncoder
from vvstream.acoustic.model import AcousticModel
from vvstream.audio import AUDIBLE, HOP, PCM_PEAK, AudioChunk, UnitSpan
from vvstream.engine.level import level
from vvstream.engine.tick import Job, Ticker
from vvstream.engine.track import (
    BOUNDARY,
    ENCODER_STEP,
    LAG,
    TAIL_FRAMES,
    Track,
    frames_of,
    lasting,
)
from vvstream.vocoder.model import DELAY, Vocoder

EXAMPLES = settings(max_examples=6)
SPEEDS = st.sampled_from((0.5, 1.0, 1.7))


def encode(encoder: TextEncoder, units: Tensor, voices: Tensor) -> tuple[Tensor, Tensor]:
    """In one forward, or in the engine's steps, which tests/acoustic compares with it."""
    if encoder.unit.weight.dtype == torch.float64:
        encoding, durations = encoder(units, voices)
        return encoding, durations
    ahead, parts = encoder.lookahead, []
    state = encoder.prime(units[:, :ahead], voices, encoder.init(1))
    for start in range(ahead, units.shape[1] - ENCODER_STEP + 1, ENCODER_STEP):
        encoding, durations, state = encoder.step(
            units[:, start : start + ENCODER_STEP], voices, state
        )
        parts.append((encoding, durations))
    return torch.cat([part[0] for part in parts], 1), torch.cat([part[1] for part in parts], 1)


@torch.inference_mode()
def speak_whole(
    models: tuple[AcousticModel, Vocoder],
    units: Sequence[int],
    voice: int,
    seed: int,
    speed: float = 1.0,
    context: Sequence[int] = (),
) -> tuple[NDArray[np.float64], list[UnitSpan]]:
    """One forward of each model over the whole utterance, before trimming."""
    acoustic, vocoder = models
    voices = torch.tensor([voice])
    encoder, decoder = acoustic.encoder, acoustic.decoder
    padding = [BOUNDARY] * (encoder.lookahead + ENCODER_STEP)
    whole = torch.tensor([[BOUNDARY, *context, *units, BOUNDARY, *padding]])
    encoding, log_durations = encode(encoder, whole, voices)
    # Of the context only the last unit is spoken, where else the opening boundary is.
    encoding, log_durations = encoding[:, len(context) :], log_durations[:, len(context) :]
    track = Track(speed, encoder.lookahead, DELAY, 1)
    track.feed(units)
    track.finish()
    track.add_durations(*lasting(log_durations.numpy()))
    spans = list(track.take_spans())
    closing = (spans[-1].end - DELAY) // HOP + LAG if spans else 2
    length = (closing + TAIL_FRAMES) * HOP + DELAY
    ahead = decoder.lookahead + vocoder.lookahead
    count = -(-length // HOP) + ahead
    places = torch.from_numpy(frames_of([track.take_frames(count)], count)[0])
    features = place_features(places[None, :, 1], places[None, :, 2])
    regulated = encoding[:, places[:, 0].long()]
    mel, prosody = decoder(decoder.embed(regulated, features.to(regulated.dtype), voices))
    samples = level(vocoder(mel, pitch_of(prosody), torch.tensor([seed])), torch.ones(1))
    return samples[0, :length].double().numpy(), spans


def difference(whole: NDArray[np.float64], chunks: Sequence[AudioChunk]) -> float:
    """The largest, where the streamed begins; what was trimmed before it was not to be heard."""
    streamed = samples_of(chunks)
    dropped = len(whole) - len(streamed)
    assert 0 <= dropped < 16_000
    assert np.abs(whole[:dropped]).max(initial=0) <= AUDIBLE / PCM_PEAK
    return float(np.abs(whole[dropped:].clip(-1, 1) - streamed).max())


@pytest.mark.parametrize("largest", [1, 4])
@EXAMPLES
@given(units=UNITS, voice=st.integers(0, 1), speed=SPEEDS)
@example(units=[67], voice=0, speed=1.0)  # sounds at once, and before its first unit's frames
def test_streamed_equals_whole(largest: int, units: list[int], voice: int, speed: float) -> None:
    whole, spans = speak_whole(exact_models(), units, voice, 7, speed)
    chunks = say(exact_ticker(largest), units, voice, seed=7, speed=speed)
    assert difference(whole, chunks) < 1e-4
    dropped = len(whole) - len(samples_of(chunks))
    assert [span for chunk in chunks for span in chunk.spans] == [
        UnitSpan(s.unit, max(0, s.start - dropped), max(0, s.end - dropped)) for s in spans
    ]


@pytest.mark.parametrize("largest", [1, 2, 4, 8])
@EXAMPLES
@given(units=UNITS, voice=st.integers(0, 1), speed=SPEEDS)
def test_streamed_equals_whole_in_float32(
    largest: int, units: list[int], voice: int, speed: float
) -> None:
    """No last bit of a pitch differs, so none adds up in the phase."""
    whole, _ = speak_whole(clocked_models(), units, voice, 7, speed)
    assert difference(whole, say(clocked_ticker(largest), units, voice, seed=7, speed=speed)) < 1e-4


@EXAMPLES
@given(units=UNITS, context=UNITS, voice=st.integers(0, 1))
def test_what_was_spoken_before_is_heard_in_what_follows(
    units: list[int], context: list[int], voice: int
) -> None:
    kept = context[len(context) % ENCODER_STEP :]
    whole, spans = speak_whole(exact_models(), units, voice, 7, context=kept)
    chunks = say(exact_ticker(4), units, voice, seed=7, context=context)
    assert difference(whole, chunks) < 1e-4
    assert sum(len(chunk.spans) for chunk in chunks) == len(spans) == len(units)


def test_contexts_of_any_length_begin_in_one_tick() -> None:
    units = some_units(16)
    contexts = [some_units(count, count) for count in (0, 5, 5, 63)]
    ticker = clocked_ticker(4)
    jobs = [ticker.job("en", 0, options(), context) for context in contexts]
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in jobs}
    for job in jobs:
        job.track.feed(units)
        job.track.finish()
    while due := [job for job in jobs if not job.track.done]:
        for job, chunk in ticker.tick(due):
            if chunk is not None:
                heard[job].append(chunk)
    for job, context in zip(jobs, contexts, strict=True):
        alone = samples_of(say(ticker, units, context=context))
        assert decibels_between(alone, samples_of(heard[job])) > 60


@pytest.mark.parametrize("speed", [1.0, 16.0])
def test_a_long_text_outlives_every_ring(speed: float) -> None:
    """More tokens than the encoder's window, and than are remembered for their frames.

    At sixteen times the speed a unit is a frame, and as many tokens as can be are in use at once.
    """
    units = some_units(200)
    whole, _ = speak_whole(clocked_models(), units, 1, 7, speed)
    assert difference(whole, say(clocked_ticker(8), units, 1, seed=7, speed=speed)) < 1e-4


@EXAMPLES
@given(units=UNITS.filter(bool))
def test_a_span_comes_no_later_than_its_unit(units: list[int]) -> None:
    chunks = say(small_ticker(), units)
    end = max(span.end for chunk in chunks for span in chunk.spans)
    made, told = 0, 0
    for chunk in chunks:
        told = max([told, *(span.end for span in chunk.spans)])
        made += len(chunk.samples) // 2
        assert told >= min(made, end)
    assert made - end == (TAIL_FRAMES + LAG) * HOP


def begin(units: Sequence[int], ticker: Ticker, voice: int = 0, finish: bool = True) -> Job:
    job = ticker.job("en", voice, options())
    job.track.feed(units)
    if finish:
        job.track.finish()
    return job


@EXAMPLES
@given(data=st.data())
def test_the_same_alone_and_among_others(data: st.DataObject) -> None:
    """Others come, go in the middle of a word, and are advanced in any company."""
    units, ticker = some_units(16), clocked_ticker(4, slots=6)
    alone = samples_of(say(ticker, units))
    others = [begin(some_units(9, 1), ticker, 1)]
    job = begin(units, ticker)
    heard: list[AudioChunk] = []
    while not job.track.done:
        if len(others) < 5 and data.draw(st.booleans(), "one more comes"):
            count = data.draw(st.integers(0, 12), "of so many units")
            others.append(begin(some_units(count, 2 + count), ticker, count % 2))
        if data.draw(st.booleans(), "one leaves") and others:
            ticker.free(others.pop(data.draw(st.integers(0, len(others) - 1), "this one")))
        served = [data.draw(st.booleans(), "is served") for _ in others]
        company = [o for o, due in zip(others, served, strict=True) if due and not o.track.done]
        heard += heard_by(job, ticker, company)
    assert decibels_between(alone, samples_of(heard)) > 60


@EXAMPLES
@given(units=UNITS, cuts=CUTS)
def test_the_same_samples_however_the_units_come(units: list[int], cuts: list[int]) -> None:
    ticker = clocked_ticker(4)
    job = begin((), ticker, finish=False)
    heard: list[AudioChunk] = []
    for piece in pieces(0, len(units), cuts):
        job.track.feed(units[piece])
        while ticker.can_advance(job):
            heard += heard_by(job, ticker)
        # With nothing to do a tick does nothing.
        assert not list(ticker.tick([job]))
    job.track.finish()
    while not job.track.done:
        heard += heard_by(job, ticker)
    same = said(heard) == said(say(clocked_ticker(4), units))
    assert same


def test_what_is_done_advances_no_further() -> None:
    ticker = small_ticker()
    job = begin(some_units(2), ticker)
    while ticker.can_advance(job):
        last = list(ticker.tick([job]))
    assert last[-1] == (job, None)
    assert not list(ticker.tick([job]))


def test_a_seed_is_a_way_of_saying_it() -> None:
    units = some_units(8)
    first, again, other = (samples_of(say(small_ticker(), units, seed=s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert len(first) != len(other) or not np.array_equal(first, other)


def test_voices_differ() -> None:
    units = some_units(8)
    one, two = (samples_of(say(small_ticker(), units, voice)) for voice in (0, 1))
    assert len(one) != len(two) or not np.array_equal(one, two)


def test_speed_changes_the_length() -> None:
    units = some_units(20)

    def seconds(speed: float) -> float:
        spans = [s for chunk in say(small_ticker(), units, speed=speed) for s in chunk.spans]
        return (spans[-1].end - spans[0].start) / 16_000

    usual = seconds(1.0)
    assert seconds(2.0) == pytest.approx(usual / 2, abs=0.02)
    assert seconds(0.5) == pytest.approx(usual * 2, abs=0.02)


def test_silence_ends_with_its_spans() -> None:
    """Nothing to hear is not nothing to tell: the words were spoken, however softly."""
    vocoder = Vocoder(small_vocoder().sizes).eval().requires_grad_(False)
    vocoder.gains.weight.zero_()
    vocoder.gains.bias.fill_(-30.0)
    (chunk,) = say(ticker_of(small_acoustic(), vocoder), some_units(3))
    assert [span.unit for span in chunk.spans] == [0, 1, 2]
    assert not samples_of([chunk]).any()
