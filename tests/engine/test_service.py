"""The engine with its thread, on a real event loop: what a session may rely on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch
from anyio.lowlevel import checkpoint

from tests.support.small import small_ticker
from tests.support.units import options as plain
from tests.support.units import say, some_units
from vvstream.audio import SAMPLE_RATE, AudioChunk, Heard
from vvstream.engine.gauge import HostGauge
from vvstream.engine.local import EngineUtterance
from vvstream.engine.scheduler import Share
from vvstream.engine.service import PATCH_SECONDS, Limits, SpeechEngine
from vvstream.engine.tick import Flight, Job, Ticker
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import SpeechOptions, VoiceInfo

VOICES = (VoiceInfo("en-A_woman", "en", "woman"), VoiceInfo("en-B_man", "en", "man"))
OPTIONS = replace(plain(), voice="en-A_woman")
# Two of one batch differ from one alone by rounding, so what must be exact is spoken alone.
LIMITS = Limits(slots=2, share=Share(8, 1000), queue_seconds=4 * PATCH_SECONDS)
LARGEST = 2
LARGEST_PUSH = LARGEST * PATCH_SECONDS
UNREAD = LIMITS.queue_seconds + LARGEST_PUSH
LONG = some_units(40)


class Fragile(Ticker):
    """Breaks when it is told to."""

    error: Exception | None = None

    def launch(self, jobs: Sequence[Job]) -> Flight:
        if self.error is not None:
            raise self.error
        return super().launch(jobs)


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


@pytest.fixture
async def engine() -> AsyncIterator[SpeechEngine]:
    engine = engine_of()
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
    assert engine.status().slots_used == 1
    late = await hear(unheard)
    assert sum(len(chunk.samples) for chunk in late) == sum(len(c.samples) for c in heard)
    assert unheard.ahead == 0


async def test_many_at_once_are_all_spoken() -> None:
    engine = engine_of(Limits(slots=6, share=Share(2, 1000), queue_seconds=1.0))
    texts = [some_units(3 + 2 * i, i) for i in range(6)]
    utterances = [saying(engine, units) for units in texts]
    for units, chunks in zip(texts, await asyncio.gather(*map(hear, utterances)), strict=True):
        spans = [span for chunk in chunks for span in chunk.spans]
        assert [span.unit for span in spans] == list(range(len(units)))
    await engine.close()


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


def test_a_loop_that_is_gone_with_a_full_queue_keeps_no_slot() -> None:
    """Nothing more is made for it, so nothing fails to reach it."""

    async def leave(speaker: SpeechEngine) -> None:
        for utterance in [saying(speaker, LONG) for _ in range(LIMITS.slots)]:
            heard = aiter(utterance)
            await anext(heard)
        while not all(u.ahead >= LIMITS.queue_seconds for u in left):
            await checkpoint()

    left: list[EngineUtterance] = []
    with running(LIMITS) as speaker:
        asyncio.run(leave(speaker))
        asyncio.run(a_tick(speaker))


async def test_feeding_what_is_finished_is_a_mistake(engine: SpeechEngine) -> None:
    utterance = saying(engine, LONG[:3])
    with pytest.raises(RuntimeError, match="fed after finish"):
        utterance.feed([16])
    utterance.cancel()
    utterance.feed([16])
    utterance.finish()
    assert await hear(utterance) == []


async def test_what_one_tick_makes_for_one_listener_comes_in_one_call() -> None:
    """On the engine's thread, by the listener's own numbers."""
    engine = engine_of(Limits(slots=4, share=Share(8, 1000), queue_seconds=100.0))
    done: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    class Listener:
        def __init__(self, name: str) -> None:
            self.name = name
            self.calls: list[list[tuple[int, Heard]]] = []
            self.ended = 0

        def hear(self, news: Sequence[tuple[int, Heard]]) -> None:
            assert threading.current_thread().name == "engine"
            self.calls.append(list(news))
            self.ended += sum(heard is None for _, heard in news)
            if self.ended == 2:
                loop.call_soon_threadsafe(done.put_nowait, self.name)

    listeners = [Listener("one"), Listener("other")]
    with engine.lock:  # so that all four are there before the first tick
        voicings = [
            engine.begin(number, OPTIONS, (), listener.hear)
            for number in (7, 8)
            for listener in listeners
        ]
        for voicing in voicings:
            voicing.feed(LONG)
            voicing.finish()
    assert {await done.get(), await done.get()} == {"one", "other"}
    for listener in listeners:
        assert all({number for number, _ in call} == {7, 8} for call in listener.calls)
    assert engine.status().slots_used == 0
    await engine.close()


async def test_took_makes_room_and_cancel_ends(engine: SpeechEngine) -> None:
    """Back-pressure of a listener that is not on an event loop."""
    heard: asyncio.Queue[Heard] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear(news: Sequence[tuple[int, Heard]]) -> None:
        for _, item in news:
            loop.call_soon_threadsafe(heard.put_nowait, item)

    voicing = engine.begin(0, OPTIONS, (), hear)
    voicing.feed(LONG)
    made = 0
    while made / SAMPLE_RATE < LIMITS.queue_seconds:
        chunk = await heard.get()
        assert isinstance(chunk, AudioChunk)
        made += len(chunk.samples) // 2
    await a_tick(engine)
    assert heard.empty()
    voicing.took(made)
    assert isinstance(await heard.get(), AudioChunk)
    voicing.cancel()
    voicing.cancel()
    voicing.took(1)
    assert engine.status().slots_used == 0


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
