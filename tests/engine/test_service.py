"""The engine with its thread, on a real event loop: what is fed is spoken."""

from __future__ import annotations

import asyncio

import pytest
from anyio.lowlevel import checkpoint

from tests.support.engines import (
    LARGEST,
    LONG,
    VOICES,
    engine_of,
    hear,
    saying,
)
from tests.support.small import small_ticker
from tests.support.units import say, some_units
from vvstream.audio import SAMPLE_RATE
from vvstream.engine.scheduler import Share
from vvstream.engine.service import Limits, SpeechEngine
from vvstream.options import SpeechOptions


async def test_what_is_fed_is_spoken(engine: SpeechEngine) -> None:
    assert engine.voices() == VOICES
    await engine.warm_up()
    utterance = saying(engine, LONG)
    expected = say(small_ticker(LARGEST), LONG)
    assert await hear(utterance) == expected


async def test_nothing_to_say_ends_at_once(engine: SpeechEngine) -> None:
    chunks = await hear(saying(engine, []))
    assert [span for chunk in chunks for span in chunk.spans] == []


async def test_text_that_comes_slowly_gives_the_same_samples(engine: SpeechEngine) -> None:
    expected = say(small_ticker(LARGEST), LONG)
    utterance = saying(engine, LONG[:16], finish=False)
    heard = aiter(utterance)
    chunks = [await anext(heard)]
    listener = asyncio.create_task(hear(utterance))
    for unit in LONG[16:]:
        utterance.feed([unit])
        await checkpoint()
    utterance.finish()
    assert chunks + await listener == expected


async def test_options_are_obeyed(engine: SpeechEngine) -> None:
    expected = say(small_ticker(LARGEST), LONG[:8], 1, seed=9, speed=1.5)
    utterance = engine.open(SpeechOptions("en-B_man", 2.0, 5, 1.5, 9))
    utterance.feed(LONG[:8])
    utterance.finish()
    assert await hear(utterance) == expected


async def test_feeding_what_is_finished_is_a_mistake(engine: SpeechEngine) -> None:
    utterance = saying(engine, LONG[:3])
    with pytest.raises(RuntimeError, match="fed after finish"):
        utterance.feed([16])
    utterance.cancel()
    utterance.feed([16])
    utterance.finish()
    assert await hear(utterance) == []


async def test_many_at_once_are_all_spoken() -> None:
    engine = engine_of(Limits(slots=6, share=Share(2, 1000), queue_seconds=1.0))
    texts = [some_units(3 + 2 * i, i) for i in range(6)]
    utterances = [saying(engine, units) for units in texts]
    for units, chunks in zip(texts, await asyncio.gather(*map(hear, utterances)), strict=True):
        spans = [span for chunk in chunks for span in chunk.spans]
        assert [span.unit for span in spans] == list(range(len(units)))
    await engine.close()


async def test_status_tells_what_was_made(engine: SpeechEngine) -> None:
    before = engine.status()
    assert (before.kind, before.slots_limit, before.slots_used) == ("cpu", 2, 0)
    assert 0 < before.memory_used < before.memory_limit
    utterance = saying(engine, LONG)
    assert engine.status().slots_used == 1
    heard = await hear(utterance)
    after = engine.status()
    assert after.ticks > before.ticks
    assert after.audio_seconds == sum(len(chunk.samples) for chunk in heard) / 2 / SAMPLE_RATE
    assert after.slots_used == 0
    assert after.lateness_p99_s >= 0
