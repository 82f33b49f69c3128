"""The engine with its thread, on a real event loop: what a session may rely on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from anyio.lowlevel import checkpoint
from numpy.typing import NDArray

from tests.support.small import small_acoustic, small_stages, small_vocoder
from tests.support.units import some_units
from vvstream.audio import SAMPLE_RATE, AudioChunk
from vvstream.engine.pipeline import speak
from vvstream.engine.service import PATCH_SECONDS, EngineUtterance, Limits, SpeechEngine
from vvstream.engine.slots import SlotState
from vvstream.engine.stages import Pitches, Stages
from vvstream.engine.track import Place
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import SpeechOptions, VoiceInfo

VOICES = (VoiceInfo("en-A_woman", "en", "woman"), VoiceInfo("en-B_man", "en", "man"))
OPTIONS = SpeechOptions("en-A_woman", 1.0, 1, 1.0, 5)
# Two of one batch differ from one alone by rounding, so what must be exact is spoken alone.
LIMITS = Limits(slots=2, batch=8, queue_seconds=4 * PATCH_SECONDS, largest=2)
LARGEST_PUSH = LIMITS.largest * PATCH_SECONDS
UNREAD = LIMITS.queue_seconds + LARGEST_PUSH
LONG = some_units(40)


@dataclass(frozen=True)
class Fragile(Stages):
    """Breaks when it is told to."""

    broken: threading.Event = field(default_factory=threading.Event)

    def advance(
        self, state: SlotState, places: Sequence[Sequence[Place]], pitches: Pitches
    ) -> tuple[NDArray[np.float32], SlotState]:
        if self.broken.is_set():
            raise RuntimeError("the cable was pulled")
        return Stages.advance(self, state, places, pitches)


@contextmanager
def running(limits: Limits) -> Iterator[SpeechEngine]:
    """An engine, closed at the end from a loop of its own."""
    engine = SpeechEngine(small_stages(), VOICES, limits)
    try:
        yield engine
    finally:
        asyncio.run(engine.close())


@pytest.fixture
async def engine() -> AsyncIterator[SpeechEngine]:
    engine = SpeechEngine(small_stages(), VOICES, LIMITS)
    yield engine
    await engine.close()


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


async def test_what_is_fed_is_spoken(engine: SpeechEngine) -> None:
    assert engine.voices() == VOICES
    await engine.warm_up()
    utterance = saying(engine, LONG)
    expected = list(speak(small_stages(), LONG, 0, seed=5, largest=2))
    assert await hear(utterance) == expected


async def test_nothing_to_say_ends_at_once(engine: SpeechEngine) -> None:
    chunks = await hear(saying(engine, []))
    assert [span for chunk in chunks for span in chunk.spans] == []


async def test_text_that_comes_slowly_gives_the_same_samples(engine: SpeechEngine) -> None:
    expected = list(speak(small_stages(), LONG, 0, seed=5, largest=2))
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
    expected = speak(small_stages(), LONG[:8], 1, seed=9, speed=1.5, largest=2)
    utterance = engine.open(SpeechOptions("en-B_man", 1.0, 1, 1.5, 9))
    utterance.feed(LONG[:8])
    utterance.finish()
    assert await hear(utterance) == list(expected)


async def test_no_more_than_its_slots(engine: SpeechEngine) -> None:
    first, second = engine.open(OPTIONS), engine.open(OPTIONS)
    with pytest.raises(Overloaded, match="all 2") as refusal:
        engine.open(OPTIONS)
    assert refusal.value.retry_after is not None
    first.cancel()
    third = engine.open(OPTIONS)
    with pytest.raises(Overloaded):
        engine.open(OPTIONS)
    for one in (second, third):
        one.feed(LONG[:4])
        one.finish()
        assert await hear(one)
        await a_tick(engine)


async def test_an_unknown_voice_keeps_no_slot(engine: SpeechEngine) -> None:
    for _ in range(LIMITS.slots + 1):
        with pytest.raises(KeyError):
            engine.open(replace(OPTIONS, voice="en-C_child"))
    await a_tick(engine)


async def fed_nothing(engine: SpeechEngine) -> EngineUtterance:
    return engine.open(OPTIONS)


async def fed(engine: SpeechEngine) -> EngineUtterance:
    return saying(engine, LONG, finish=False)


async def finished(engine: SpeechEngine) -> EngineUtterance:
    return saying(engine, LONG)


async def speaking(engine: SpeechEngine) -> EngineUtterance:
    utterance = saying(engine, LONG)
    await anext(aiter(utterance))
    return utterance


async def waiting_for_units(engine: SpeechEngine) -> EngineUtterance:
    utterance = saying(engine, LONG[:12], finish=False)
    await anext(aiter(utterance))
    return utterance


async def unheard(engine: SpeechEngine) -> EngineUtterance:
    utterance = saying(engine, LONG)
    while utterance.ahead < LIMITS.queue_seconds:
        await a_tick(engine)
    return utterance


async def heard_to_its_end(engine: SpeechEngine) -> EngineUtterance:
    utterance = saying(engine, LONG[:3])
    await hear(utterance)
    return utterance


async def cancelled(engine: SpeechEngine) -> EngineUtterance:
    utterance = saying(engine, LONG)
    utterance.cancel()
    return utterance


@pytest.mark.parametrize(
    "state",
    [
        fed_nothing,
        fed,
        finished,
        speaking,
        waiting_for_units,
        unheard,
        heard_to_its_end,
        cancelled,
    ],
)
async def test_cancelling_frees_the_slot(
    engine: SpeechEngine, state: Callable[[SpeechEngine], Awaitable[EngineUtterance]]
) -> None:
    utterance = await state(engine)
    utterance.cancel()
    assert await hear(utterance) == []
    # The slot is free at once, and its row within a tick.
    both = [engine.open(OPTIONS), engine.open(OPTIONS)]
    for one in both:
        one.feed(LONG[:4])
        one.finish()
    assert all(await asyncio.gather(*map(hear, both)))


async def test_a_listener_that_waits_hears_of_the_cancelling(engine: SpeechEngine) -> None:
    utterance = engine.open(OPTIONS)
    listener = asyncio.create_task(hear(utterance))
    await checkpoint()
    utterance.cancel()
    assert await listener == []


async def test_who_is_not_heard_waits_and_others_go_on(engine: SpeechEngine) -> None:
    unheard = saying(engine, LONG)
    heard = await hear(saying(engine, LONG))
    assert sum(len(chunk.samples) for chunk in heard) / 2 / SAMPLE_RATE > 5 * UNREAD
    assert LIMITS.queue_seconds <= unheard.ahead < UNREAD
    assert not unheard.over
    late = await hear(unheard)
    assert sum(len(chunk.samples) for chunk in late) == sum(len(c.samples) for c in heard)
    assert unheard.ahead == 0


async def test_many_at_once_are_all_spoken() -> None:
    with_batches = Limits(slots=6, batch=2, queue_seconds=1.0, largest=2)
    engine = SpeechEngine(small_stages(), VOICES, with_batches)
    texts = [some_units(3 + 2 * i, i) for i in range(6)]
    utterances = [saying(engine, units) for units in texts]
    for units, chunks in zip(texts, await asyncio.gather(*map(hear, utterances)), strict=True):
        spans = [span for chunk in chunks for span in chunk.spans]
        assert [span.unit for span in spans] == list(range(len(units)))
    await engine.close()


async def test_when_the_engine_breaks_everyone_is_told(caplog: pytest.LogCaptureFixture) -> None:
    stages = Fragile(small_acoustic(), small_vocoder(), small_stages().device)
    engine = SpeechEngine(stages, VOICES, LIMITS)
    both = [saying(engine, LONG), saying(engine, LONG)]
    for utterance in both:
        await anext(aiter(utterance))
    stages.broken.set()
    for utterance in both:
        with pytest.raises(EngineFailed, match="broke: RuntimeError"):
            await hear(utterance)
        utterance.cancel()
    with pytest.raises(EngineFailed, match="broke: RuntimeError"):
        engine.open(OPTIONS)
    assert "the cable was pulled" in caplog.text
    await engine.close()


async def test_closing_ends_what_is_spoken() -> None:
    engine = SpeechEngine(small_stages(), VOICES, LIMITS)
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


def test_a_loop_that_is_gone_keeps_no_slot() -> None:
    """Its listener was not told to stop, and nobody will ever cancel it."""

    async def leave(speaker: SpeechEngine) -> None:
        await anext(aiter(saying(speaker, LONG)))

    async def listen(speaker: SpeechEngine) -> None:
        for _ in range(3):
            await a_tick(speaker)
        assert len([speaker.open(OPTIONS) for _ in range(LIMITS.slots)]) == LIMITS.slots

    with running(replace(LIMITS, queue_seconds=100.0)) as speaker:
        asyncio.run(leave(speaker))
        asyncio.run(listen(speaker))


def test_opening_needs_a_loop_and_keeps_no_slot_without() -> None:
    with running(LIMITS) as speaker:
        for _ in range(LIMITS.slots + 1):
            with pytest.raises(RuntimeError, match="no running event loop"):
                speaker.open(OPTIONS)
        asyncio.run(a_tick(speaker))
