"""All stages together: streamed equals whole, alone equals in company, whenever units come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.support.cuts import CUTS, pieces
from tests.support.small import exact_stages, small_stages
from tests.support.units import UNITS, decibels_between, samples_of, some_units
from vvstream.acoustic.decoder import pitch_of, place_features
from vvstream.audio import HOP, AudioChunk, UnitSpan
from vvstream.engine.pipeline import speak
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Stages
from vvstream.engine.tick import Job, new_job, tick
from vvstream.engine.track import BOUNDARY, LAG, TAIL_FRAMES, Track
from vvstream.engine.trim import AUDIBLE

STAGES = small_stages()
EXACT = exact_stages()
EXAMPLES = settings(max_examples=12)


@torch.inference_mode()
def speak_whole(
    stages: Stages,
    units: Sequence[int],
    voice: int,
    seed: int,
    speed: float = 1.0,
    context: Sequence[int] = (),
) -> tuple[NDArray[np.float64], list[UnitSpan]]:
    """One forward of each model over the whole utterance, before trimming."""
    voices = torch.tensor([voice])
    padding = [BOUNDARY] * stages.lookahead_units
    encoding, log_durations = stages.acoustic.encoder(
        torch.tensor([[BOUNDARY, *context, *units, BOUNDARY, *padding]]), voices
    )
    # Of the context only the last unit is spoken, where else the opening boundary is.
    encoding, log_durations = encoding[:, len(context) :], log_durations[:, len(context) :]
    track = Track(speed, stages.lookahead_units, stages.delay, 1)
    track.feed(units)
    track.finish()
    track.add_durations(log_durations[0].tolist())
    spans = track.take_spans()
    closing = (spans[-1].end - stages.delay) // HOP + LAG if spans else 2
    length = (closing + TAIL_FRAMES) * HOP + stages.delay
    places = track.take_frames(-(-length // HOP) + stages.opening_frames)
    features = place_features(
        torch.tensor([[float(place.offset) for place in places]]),
        torch.tensor([[float(place.length) for place in places]]),
    )
    regulated = encoding[:, [place.token for place in places]]
    decoder = stages.acoustic.decoder
    mel, prosody = decoder(decoder.embed(regulated, features.to(regulated.dtype), voices))
    samples = stages.vocoder(mel, pitch_of(prosody), torch.tensor([seed]))
    return samples[0, :length].double().numpy(), spans


@pytest.mark.parametrize("largest", [1, 2, 4, 8])
@EXAMPLES
@given(units=UNITS, voice=st.integers(0, 1), speed=st.sampled_from((0.5, 1.0, 1.7)))
def test_streamed_equals_whole(largest: int, units: list[int], voice: int, speed: float) -> None:
    whole, spans = speak_whole(EXACT, units, voice, 7, speed)
    chunks = list(speak(EXACT, units, voice, seed=7, speed=speed, largest=largest))
    streamed = samples_of(chunks)
    dropped = len(whole) - len(streamed)
    assert 0 <= dropped < 16_000
    assert np.abs(whole[:dropped]).max(initial=0) <= AUDIBLE + 1e-4
    # 78 dB is what rounding to 16 bits leaves.
    assert decibels_between(whole[dropped:].clip(-1, 1), streamed) > 65
    assert [span for chunk in chunks for span in chunk.spans] == [
        UnitSpan(s.unit, max(0, s.start - dropped), max(0, s.end - dropped)) for s in spans
    ]


@EXAMPLES
@given(units=UNITS, context=UNITS, voice=st.integers(0, 1))
def test_what_was_spoken_before_is_heard_in_what_follows(
    units: list[int], context: list[int], voice: int
) -> None:
    whole, spans = speak_whole(EXACT, units, voice, 7, context=context)
    chunks = list(speak(EXACT, units, voice, seed=7, context=context, largest=4))
    streamed = samples_of(chunks)
    dropped = len(whole) - len(streamed)
    assert 0 <= dropped < 16_000
    assert decibels_between(whole[dropped:].clip(-1, 1), streamed) > 65
    assert sum(len(chunk.spans) for chunk in chunks) == len(spans) == len(units)


def test_contexts_of_any_length_begin_in_one_tick() -> None:
    units = some_units(16)
    contexts = [some_units(count, count) for count in (0, 5, 5, 40)]
    slots = Slots(EXACT.acoustic, EXACT.vocoder, len(contexts))
    jobs = [new_job(EXACT, slots.take(), 0, 5, 1.0, 4, context) for context in contexts]
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in jobs}
    for job in jobs:
        job.track.feed(units)
        job.track.finish()
    while due := [job for job in jobs if not job.track.done]:
        for job, chunk in tick(due, EXACT, slots):
            heard[job].append(chunk)
    for job, context in zip(jobs, contexts, strict=True):
        alone = samples_of(speak(EXACT, units, 0, seed=5, largest=4, context=context))
        assert decibels_between(alone, samples_of(heard[job])) > 60


@pytest.mark.parametrize("speed", [1.0, 16.0])
def test_a_long_text_outlives_every_ring(speed: float) -> None:
    """More tokens than the encoder's window, and than are remembered for their frames.

    At sixteen times the speed a unit is a frame, and as many tokens as can be are in use at once.
    """
    units = some_units(200)
    whole, _ = speak_whole(EXACT, units, 1, 7, speed)
    streamed = samples_of(speak(EXACT, units, 1, seed=7, speed=speed, largest=8))
    assert decibels_between(whole[len(whole) - len(streamed) :].clip(-1, 1), streamed) > 60


@pytest.mark.parametrize("voice", [0, 1])
def test_streamed_equals_whole_in_float32_too(voice: int) -> None:
    """As far as float32 goes: a last bit of pitch is a phase that walks, a little each second."""
    units = some_units(12)
    whole, _ = speak_whole(STAGES, units, voice, 7)
    streamed = samples_of(speak(STAGES, units, voice, seed=7, largest=8))
    assert decibels_between(whole[len(whole) - len(streamed) :].clip(-1, 1), streamed) > 50


@EXAMPLES
@given(units=UNITS.filter(bool))
def test_a_span_comes_no_later_than_its_unit(units: list[int]) -> None:
    chunks = list(speak(STAGES, units, 0))
    end = max(span.end for chunk in chunks for span in chunk.spans)
    made, told = 0, 0
    for chunk in chunks:
        told = max([told, *(span.end for span in chunk.spans)])
        made += len(chunk.samples) // 2
        assert told >= min(made, end)
    assert made - end == (TAIL_FRAMES + LAG) * HOP


def begin(units: Sequence[int], slots: Slots, voice: int = 0, finish: bool = True) -> Job:
    job = new_job(STAGES, slots.take(), voice, 5, 1.0, 4)
    job.track.feed(units)
    if finish:
        job.track.finish()
    return job


@EXAMPLES
@given(data=st.data())
def test_the_same_alone_and_among_others(data: st.DataObject) -> None:
    """Others come, go in the middle of a word, and are advanced in any company."""
    units = some_units(16)
    alone = samples_of(speak(EXACT, units, 0, seed=5, largest=4))
    slots = Slots(EXACT.acoustic, EXACT.vocoder, 6)
    others = [begin(some_units(9, 1), slots, 1)]
    job = begin(units, slots)
    heard: list[AudioChunk] = []
    while not job.track.done:
        if len(others) < 5 and data.draw(st.booleans(), "one more comes"):
            count = data.draw(st.integers(0, 12), "of so many units")
            others.append(begin(some_units(count, 2 + count), slots, count % 2))
        if data.draw(st.booleans(), "one leaves") and others:
            gone = others.pop(data.draw(st.integers(0, len(others) - 1), "this one"))
            slots.free(gone.row)
        served = [data.draw(st.booleans(), "is served") for _ in others]
        company = [o for o, due in zip(others, served, strict=True) if due and not o.track.done]
        for who, chunk in tick([*company, job], EXACT, slots):
            if who is job:
                heard.append(chunk)
    assert decibels_between(alone, samples_of(heard)) > 60


@EXAMPLES
@given(units=UNITS, cuts=CUTS)
def test_the_same_samples_however_the_units_come(units: list[int], cuts: list[int]) -> None:
    slots = Slots(STAGES.acoustic, STAGES.vocoder, 1)
    job = begin((), slots, finish=False)
    heard: list[AudioChunk] = []
    for piece in pieces(0, len(units), cuts):
        job.track.feed(units[piece])
        while job.can_advance(STAGES):
            heard += [chunk for _, chunk in tick([job], STAGES, slots)]
        # With nothing to do a tick does nothing.
        assert not list(tick([job], STAGES, slots))
    job.track.finish()
    while not job.track.done:
        heard += [chunk for _, chunk in tick([job], STAGES, slots)]
    assert heard == list(speak(STAGES, units, 0, seed=5, largest=4))


def test_a_seed_is_a_way_of_saying_it() -> None:
    units = some_units(8)
    first, again, other = (samples_of(speak(STAGES, units, 0, seed=s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert len(first) != len(other) or not np.array_equal(first, other)


def test_voices_differ() -> None:
    units = some_units(8)
    one, two = (samples_of(speak(STAGES, units, voice)) for voice in (0, 1))
    assert len(one) != len(two) or not np.array_equal(one, two)


def test_speed_changes_the_length() -> None:
    units = some_units(20)

    def seconds(speed: float) -> float:
        spans = [s for chunk in speak(STAGES, units, 0, speed=speed) for s in chunk.spans]
        return (spans[-1].end - spans[0].start) / 16_000

    usual = seconds(1.0)
    assert seconds(2.0) == pytest.approx(usual / 2, abs=0.02)
    assert seconds(0.5) == pytest.approx(usual * 2, abs=0.02)


def test_silence_ends_with_its_spans() -> None:
    """Nothing to hear is not nothing to tell: the words were spoken, however softly."""
    quiet = small_stages()
    vocoder = type(quiet.vocoder)(quiet.vocoder.sizes).eval().requires_grad_(False)
    vocoder.gains.weight.zero_()
    vocoder.gains.bias.fill_(-30.0)
    silent = type(quiet)(quiet.acoustic, vocoder, quiet.device)
    (chunk,) = speak(silent, some_units(3), 0)
    assert [span.unit for span in chunk.spans] == [0, 1, 2]
    assert not samples_of([chunk]).any()
