"""On a GPU the voice says what it says on a CPU, alone and among five hundred."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.gpu.conftest import config
from tests.support.units import decibels_between, options, samples_of, say, some_units
from vvstream.audio import AudioChunk
from vvstream.engine.cuda import CudaRunner
from vvstream.engine.load import Parts, assemble
from vvstream.engine.tick import Job, Ticker
from vvstream.phonemes.inventory import encode

PHRASE = encode("ɡˌʊd mˈɔɹnɪŋ, hˌaʊ ˈɑɹ ju? ðə fˈɛɹi lˈivz æt ə kwˈɔɹTəɹ pˈæst sˈɪks.")
OTHERS = 500


def runner_of(parts: Parts) -> CudaRunner:
    runner = parts.ticker.languages["en"].runner
    assert isinstance(runner, CudaRunner)
    return runner


@pytest.mark.parametrize(
    ("precision", "least"), [("fp32", 50.0), ("mixed", 35.0)], ids=["fp32", "mixed"]
)
def test_it_says_what_a_cpu_says(reference: Parts, precision: str, least: float) -> None:
    """Durations to the frame and pitch to the phase; the rest as far as its precision goes."""
    parts = assemble(config(precision=precision), "cuda")
    for voice in range(2):
        expected, heard = (say(one.ticker, PHRASE, voice) for one in (reference, parts))
        spans = [[span for chunk in made for span in chunk.spans] for made in (expected, heard)]
        assert [span.end - span.start for span in spans[0]] == [
            span.end - span.start for span in spans[1]
        ]
        below = decibels_between(*aligned(expected, heard))
        print(f"{precision}, voice {voice}: {below:.1f} dB below the signal")
        assert below > least


def aligned(
    one: Sequence[AudioChunk], other: Sequence[AudioChunk]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same samples of both: where the first audible one lies may differ by a few."""
    left, right = samples_of(one), samples_of(other)
    length = min(len(left), len(right))
    return left[-length:], right[-length:]


def test_a_graph_says_what_its_kernels_say(warm: Parts) -> None:
    assert runner_of(warm).graphs > 20
    eager = assemble(config(), "cuda")
    assert runner_of(eager).graphs == 0
    left, right = aligned(say(warm.ticker, PHRASE), say(eager.ticker, PHRASE))
    assert decibels_between(left, right) > 60


def begin(ticker: Ticker, units: Sequence[int], voice: int = 0) -> Job:
    job = ticker.job("en", voice, options())
    job.track.feed(units)
    job.track.finish()
    return job


def test_the_same_alone_and_among_five_hundred(warm: Parts) -> None:
    """They join and leave at random, in the middle of words; all batches differ from each other."""
    ticker, chance = warm.ticker, random.Random(4)
    alone = say(ticker, PHRASE)
    job, others = begin(ticker, PHRASE), [begin(ticker, some_units(60, n)) for n in range(OTHERS)]
    heard: list[AudioChunk] = []
    while not job.track.done or job.waiting:
        for _ in range(chance.randrange(40)):
            ticker.free(others.pop(chance.randrange(len(others))))
        while len(others) < OTHERS:
            others.append(begin(ticker, some_units(chance.randint(1, 80), chance.randrange(99))))
        served = [other for other in others if chance.random() < 0.7 and not other.track.done]
        for who, chunk in ticker.tick([*served, job]):
            if who is job and chunk is not None:
                heard.append(chunk)
    for one in (job, *others):
        ticker.free(one)
    assert [span for chunk in alone for span in chunk.spans] == [
        span for chunk in heard for span in chunk.spans
    ]
    below = decibels_between(samples_of(alone), samples_of(heard))
    print(f"among {OTHERS}: {below:.1f} dB below the signal")
    assert below > 60


def test_slots_grow_and_shrink_under_recorded_graphs(warm: Parts) -> None:
    """The graphs know nothing of where the slots lie."""
    ticker = warm.ticker
    before = samples_of(say(ticker, PHRASE))
    crowd = [begin(ticker, some_units(30, n)) for n in range(700)]
    for _ in range(3):
        list(ticker.tick(crowd))
    slots = ticker.languages["en"].slots
    assert slots.capacity == 1024
    for job in crowd:
        ticker.free(job)
    assert slots.capacity == 1
    assert decibels_between(before, samples_of(say(ticker, PHRASE))) > 60


def test_ticks_overlap(warm: Parts) -> None:
    """Launching does not wait: the next tick is in the air before this one has been computed."""
    ticker = warm.ticker
    crowd = [begin(ticker, some_units(200, n)) for n in range(256)]
    for _ in range(4):
        list(ticker.tick(crowd))
    first, second = ticker.launch(crowd), ticker.launch(crowd)
    assert not first.at_once
    made = [len(list(ticker.collect(flight))) for flight in (first, second)]
    assert min(made) > 0
    for job in crowd:
        ticker.free(job)


@pytest.mark.parametrize("placed", [("cpu", "cuda"), ("cuda", "cpu")])
def test_stages_on_different_devices(reference: Parts, placed: tuple[str, str]) -> None:
    placement = config().engine.placement.model_copy(
        update={"acoustic": placed[0], "vocoder": placed[1]}
    )
    parts = assemble(config(placement=placement, precision="fp32"), "cuda")
    left, right = aligned(say(reference.ticker, PHRASE), say(parts.ticker, PHRASE))
    assert decibels_between(left, right) > 50
