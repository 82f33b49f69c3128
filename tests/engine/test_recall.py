"""What was spoken before is read as soon as an utterance is opened, not when its text comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from torch import Tensor

from tests.support.small import clocked_ticker
from tests.support.units import decibels_between, options, samples_of, say, some_units
from vvstream.audio import AudioChunk
from vvstream.engine.runner import HostRunner, Outputs, Program
from vvstream.engine.stages import UNITS_AT
from vvstream.engine.tick import Job, Ticker
from vvstream.engine.track import ENCODER_STEP

LOOKAHEAD = 5  # of the small models


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many units each step of the encoder has read."""
    steps: list[int] = []
    run = HostRunner.run

    def noted(
        self: HostRunner, program: Program, rows: Tensor, inputs: Sequence[Tensor]
    ) -> Outputs:
        if program.name in ("begin", "encode"):
            steps.append(inputs[0].shape[1] - UNITS_AT)
        return run(self, program, rows, inputs)

    monkeypatch.setattr(HostRunner, "run", noted)
    return steps


def advance(ticker: Ticker, job: Job) -> list[AudioChunk]:
    chunks: list[AudioChunk] = []
    while ticker.can_advance(job):
        chunks += [chunk for _, chunk in ticker.tick([job]) if chunk is not None]
    return chunks


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 30, 61, 63])
@pytest.mark.parametrize("ahead", [True, False])
def test_only_what_the_text_needs_is_read_when_it_comes(
    read: list[int], count: int, ahead: bool
) -> None:
    ticker, context, units = clocked_ticker(4), some_units(count, 1), some_units(30, 2)
    expected = samples_of(say(ticker, units, context=context))
    read.clear()
    job = ticker.job("en", 0, options(), context)
    if ahead:
        assert not advance(ticker, job)
        known = count - count % ENCODER_STEP + 1
        least = LOOKAHEAD + ENCODER_STEP
        assert sum(read) == (0 if known < least else known - (known - least) % ENCODER_STEP)
        assert len(read) <= 1
    job.track.feed(units)
    job.track.finish()
    heard = samples_of(advance(ticker, job))
    ticker.free(job)
    # Not a bit of it depends on when the context was read.
    assert np.array_equal(heard, expected)


def test_who_recalls_a_context_is_served_beside_those_who_speak() -> None:
    ticker, units, counts = clocked_ticker(4), some_units(40, 2), (63, 0, 12, 40)
    jobs = [ticker.job("en", 0, options(), some_units(count)) for count in counts]
    heard: dict[Job, list[AudioChunk]] = {job: [] for job in jobs}
    for turn in range(9):
        # One after another they come, and get a few units a tick.
        for late, job in enumerate(jobs[: turn + 1]):
            job.track.feed(units[(turn - late) * 7 : (turn - late) * 7 + 7])
        for job, chunk in ticker.tick([job for job in jobs if ticker.can_advance(job)]):
            if chunk is not None:
                heard[job].append(chunk)
    for job, count in zip(jobs, counts, strict=True):
        ticker.free(job)
        alone, made = samples_of(say(ticker, units, context=some_units(count))), heard[job]
        assert samples_of(made).size > 4_000
        assert decibels_between(alone[:4_000], samples_of(made)[:4_000]) > 60
