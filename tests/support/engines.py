"""The engine with its thread, on small models: what its tests begin with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.support.small import small_ticker
from tests.support.units import options as plain
from tests.support.units import some_units
from vvstream.audio import AudioChunk
from vvstream.engine.gauge import HostGauge
from vvstream.engine.local import EngineUtterance
from vvstream.engine.scheduler import Share
from vvstream.engine.service import PATCH_SECONDS, Limits, SpeechEngine
from vvstream.engine.tick import Ticker
from vvstream.options import VoiceInfo

VOICES = (VoiceInfo("en-A_woman", "en", "woman"), VoiceInfo("en-B_man", "en", "man"))
OPTIONS = replace(plain(), voice="en-A_woman")
# Two of one batch differ from one alone by rounding, so what must be exact is spoken alone.
LIMITS = Limits(slots=2, share=Share(8, 1000), queue_seconds=4 * PATCH_SECONDS)
LARGEST = 2
LARGEST_PUSH = LARGEST * PATCH_SECONDS
UNREAD = LIMITS.queue_seconds + LARGEST_PUSH
LONG = some_units(40)


def engine_of(limits: Limits = LIMITS, ticker: Ticker | None = None) -> SpeechEngine:
    ticker = ticker or small_ticker(LARGEST, limits.slots)
    return SpeechEngine(ticker, {"en": VOICES}, limits, HostGauge())


@contextmanager
def running(limits: Limits) -> Iterator[SpeechEngine]:
    """An engine, closed at the end from a loop of its own."""
    engine = engine_of(limits)
    try:
        yield engine
    finally:
        asyncio.run(engine.close())


def saying(engine: SpeechEngine, units: list[int], finish: bool = True) -> EngineUtterance:
    utterance = engine.open(OPTIONS)
    utterance.feed(units)
    if finish:
        utterance.finish()
    return utterance


async def hear(utterance: EngineUtterance) -> list[AudioChunk]:
    return [chunk async for chunk in utterance]


async def a_tick(engine: SpeechEngine) -> None:
    """Speaks a word: when it is heard, what was said to the engine before has been seen to."""
    assert await hear(saying(engine, some_units(2)))
