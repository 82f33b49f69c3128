"""Several threads tick side by side: who is in one's hands is in nobody else's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from tests.support.engines import LONG, OPTIONS, VOICES, hear, saying
from tests.support.small import clocked_ticker
from tests.support.units import said, samples_of, say, some_units
from vvstream.engine.gauge import HostGauge
from vvstream.engine.scheduler import Share
from vvstream.engine.service import Limits, SpeechEngine
from vvstream.engine.tick import Flight, Job, Ticker
from vvstream.errors import EngineFailed
from vvstream.options import SpeechOptions

SLOTS, CREW = 6, 3
LIMITS = Limits(SLOTS, Share(2, 1000), queue_seconds=0.2)


def crew_of(ticker: Ticker) -> SpeechEngine:
    return SpeechEngine(ticker, {"en": VOICES}, LIMITS, HostGauge(), CREW)


async def test_what_each_says_does_not_depend_on_the_others() -> None:
    """Thirty of them in six slots, whose rows move as they come and go, some before their end."""
    engine = crew_of(clocked_ticker(4, 2 * SLOTS))
    alone = clocked_ticker(4)
    free = asyncio.Semaphore(SLOTS)

    async def speak(number: int) -> None:
        units = some_units(5 + 3 * (number % 7), number)
        async with free:
            options = SpeechOptions(VOICES[number % 2].name, 2.0, 5, 1.0, number)
            utterance = engine.open(options)
            utterance.feed(units)
            utterance.finish()
            if number % 5 == 4:
                await anext(aiter(utterance))
                utterance.cancel()
                return
            heard = await hear(utterance)
        expected = samples_of(say(alone, units, number % 2, seed=number))
        assert np.array_equal(samples_of(heard), expected)

    await asyncio.gather(*(speak(number) for number in range(30)))
    assert engine.status().slots_used == 0
    await engine.close()
    assert "engine" not in {thread.name for thread in threading.enumerate()}


class Gated(Ticker):
    """Ticks of `gated` hang until they may go on; `failing` breaks the others."""

    def __init__(self, like: Ticker) -> None:
        super().__init__(like.languages, like.sound, 2)
        self.gated: Job | None = None
        self.inside, self.go_on = threading.Event(), threading.Event()
        self.failing = False

    def launch(self, jobs: Sequence[Job]) -> Flight:
        if self.gated in jobs:
            self.inside.set()
            assert self.go_on.wait(60)
        elif self.failing:
            raise RuntimeError("the cable was pulled")
        return super().launch(jobs)


async def test_others_are_served_while_one_tick_hangs() -> None:
    ticker = Gated(clocked_ticker(2, 2 * SLOTS))
    engine = crew_of(ticker)
    stuck = saying(engine, LONG, finish=False)
    ticker.gated = stuck._voicing.job
    stuck.finish()
    await asyncio.to_thread(ticker.inside.wait)
    expected = said(say(clocked_ticker(2), LONG))
    for _ in range(3):
        assert said(await hear(saying(engine, LONG))) == expected
    assert engine.lateness() >= 0
    ticker.go_on.set()
    assert said(await hear(stuck)) == expected
    await engine.close()


async def test_who_leaves_in_the_midst_of_a_tick_keeps_its_row_until_that_is_over() -> None:
    ticker = Gated(clocked_ticker(2, 2 * SLOTS))
    engine = crew_of(ticker)
    gone = saying(engine, LONG, finish=False)
    job = ticker.gated = gone._voicing.job
    gone.finish()
    await asyncio.to_thread(ticker.inside.wait)
    gone.cancel()
    assert engine.status().slots_used == 0
    # As many as there are slots come while its tick hangs.
    expected = said(say(clocked_ticker(2), LONG))
    others = [saying(engine, LONG) for _ in range(SLOTS)]
    assert all(said(heard) == expected for heard in await asyncio.gather(*map(hear, others)))
    assert job.rows[0] >= 0
    ticker.go_on.set()
    while job.rows[0] >= 0:
        assert said(await hear(saying(engine, LONG))) == expected
    await engine.close()


async def test_when_one_of_the_crew_breaks_all_stop(caplog: pytest.LogCaptureFixture) -> None:
    ticker = Gated(clocked_ticker(2, 2 * SLOTS))
    engine = crew_of(ticker)
    busy = saying(engine, LONG, finish=False)
    ticker.gated = busy._voicing.job
    busy.finish()
    await asyncio.to_thread(ticker.inside.wait)
    ticker.failing = True
    unlucky = saying(engine, LONG)
    for one in (unlucky, busy):
        with pytest.raises(EngineFailed, match="broke: RuntimeError"):
            await hear(one)
    with pytest.raises(EngineFailed, match="broke: RuntimeError"):
        engine.open(OPTIONS)
    ticker.go_on.set()
    await engine.close()
    assert engine.failed == "the engine broke: RuntimeError"
