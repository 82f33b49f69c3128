"""The engine breaks, is closed, or has no memory: everyone concerned is told, and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
import torch
from anyio.lowlevel import checkpoint

from tests.support.engines import (
    LARGEST,
    LONG,
    OPTIONS,
    a_tick,
    engine_of,
    hear,
    saying,
)
from tests.support.small import small_ticker
from vvstream.engine.tick import Flight, Job, Ticker
from vvstream.errors import EngineFailed


class Fragile(Ticker):
    """Breaks when it is told to."""

    error: Exception | None = None

    def launch(self, jobs: Sequence[Job]) -> Flight:
        if self.error is not None:
            raise self.error
        return super().launch(jobs)


async def test_when_the_engine_breaks_everyone_is_told(caplog: pytest.LogCaptureFixture) -> None:
    small = small_ticker(LARGEST)
    fragile = Fragile(small.languages, small.sound, LARGEST)
    engine = engine_of(ticker=fragile)
    both = [saying(engine, LONG), saying(engine, LONG)]
    for utterance in both:
        await anext(aiter(utterance))
    fragile.error = RuntimeError("the cable was pulled")
    for utterance in both:
        with pytest.raises(EngineFailed, match="broke: RuntimeError"):
            await hear(utterance)
        utterance.cancel()
    with pytest.raises(EngineFailed, match="broke: RuntimeError"):
        engine.open(OPTIONS)
    assert "the cable was pulled" in caplog.text
    await engine.close()


class Stuck(Ticker):
    """Hangs in the midst of a tick."""

    def __init__(self, like: Ticker) -> None:
        super().__init__(like.languages, like.sound, LARGEST)
        self.go_on = threading.Event()
        self.go_on.set()

    def launch(self, jobs: Sequence[Job]) -> Flight:
        self.go_on.wait()
        return super().launch(jobs)


async def test_a_tick_that_hangs_is_late_before_it_is_over() -> None:
    stuck = Stuck(small_ticker(LARGEST))
    engine = engine_of(ticker=stuck)
    await a_tick(engine)
    before = engine.lateness()
    stuck.go_on.clear()
    utterance = saying(engine, LONG)
    while engine.lateness() <= before:
        await checkpoint()
    assert engine.status().lateness_p99_s > 0
    stuck.go_on.set()
    assert await hear(utterance)
    assert engine.lateness() >= 0
    await engine.close()


async def test_closing_ends_what_is_spoken() -> None:
    engine = engine_of()
    utterance, silent = saying(engine, LONG), engine.open(OPTIONS)
    await anext(aiter(utterance))
    await engine.close()
    await engine.close()
    for one in (utterance, silent):
        with pytest.raises(EngineFailed, match="closed"):
            await hear(one)
    with pytest.raises(EngineFailed, match="closed"):
        engine.open(OPTIONS)
    with pytest.raises(EngineFailed, match="closed"):
        await engine.warm_up()
    assert "engine" not in {thread.name for thread in threading.enumerate()}


async def test_who_finds_no_memory_is_told_and_harms_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ticker = small_ticker(LARGEST)
    engine = engine_of(ticker=ticker)
    lucky = saying(engine, LONG)
    await anext(aiter(lucky))

    class Full:
        bytes_a_row = 1

        def resize(self, capacity: int) -> None:
            raise torch.OutOfMemoryError("the device is full")

    ticker.sound.slots._pools = [Full()]
    with pytest.raises(EngineFailed, match="out of memory"):
        await hear(saying(engine, LONG))
    assert await hear(lucky)
    assert "no memory for one more voice" in caplog.text
    await engine.close()
