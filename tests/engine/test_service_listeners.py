"""Who listens sets the pace, and hears all that a tick made in one call."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from tests.support.engines import (
    LIMITS,
    LONG,
    OPTIONS,
    UNREAD,
    a_tick,
    engine_of,
    hear,
    saying,
)
from vvstream.audio import SAMPLE_RATE, AudioChunk, Heard
from vvstream.engine.scheduler import Share
from vvstream.engine.service import Limits, SpeechEngine


async def test_who_is_not_heard_waits_and_others_go_on(engine: SpeechEngine) -> None:
    unheard = saying(engine, LONG)
    heard = await hear(saying(engine, LONG))
    assert sum(len(chunk.samples) for chunk in heard) / 2 / SAMPLE_RATE > 5 * UNREAD
    assert LIMITS.queue_seconds <= unheard.ahead < UNREAD
    assert engine.status().slots_used == 1
    late = await hear(unheard)
    assert sum(len(chunk.samples) for chunk in late) == sum(len(c.samples) for c in heard)
    assert unheard.ahead == 0


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
