"""Slots of the engine: who has one, and what gives it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from anyio.lowlevel import checkpoint

from tests.support.engines import (
    LIMITS,
    LONG,
    OPTIONS,
    a_tick,
    hear,
    running,
    saying,
)
from vvstream.engine.local import EngineUtterance
from vvstream.engine.service import SpeechEngine
from vvstream.errors import Overloaded


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
