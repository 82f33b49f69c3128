"""A GPU's memory: taken on demand, given back, and never beyond the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import torch

from tests.gpu.conftest import config
from tests.support.units import options, some_units
from vvstream.engine import SpeechEngine
from vvstream.engine.load import Parts, assemble
from vvstream.engine.local import EngineUtterance
from vvstream.errors import Overloaded
from vvstream.options import SpeechOptions

GIB = 1 << 30


def engine_of(parts: Parts) -> SpeechEngine:
    return SpeechEngine(parts.ticker, parts.voices, parts.limits, parts.gauge)


def begin(engine: SpeechEngine, count: int) -> list[EngineUtterance]:
    """So many at once."""
    voice = engine.voices()[0].name
    utterances = []
    for number in range(count):
        utterance = engine.open(SpeechOptions(voice, 2.0, 5, 1.0, number))
        utterance.feed(some_units(60, number))
        utterance.finish()
        utterances.append(utterance)
    return utterances


async def spoken(utterances: Sequence[EngineUtterance]) -> int:
    """How many are spoken to the end."""

    async def one(utterance: EngineUtterance) -> int:
        return sum([len(chunk.samples) async for chunk in utterance])

    return sum(made > 16_000 for made in await asyncio.gather(*map(one, utterances)))


async def test_sixty_four_streams_in_a_gibibyte() -> None:
    """Weights, states and graphs, beside what the allocator keeps from the tests before."""
    torch.cuda.synchronize()
    before = torch.cuda.memory_reserved()
    engine = engine_of(assemble(config(slots=64), "cuda"))
    await engine.warm_up()
    assert await spoken(begin(engine, 64)) == 64
    taken = torch.cuda.memory_reserved() - before
    print(f"64 streams: {taken / 2**20:.0f} MiB")
    assert taken < GIB
    await engine.close()


async def test_a_limit_holds_and_harms_nobody() -> None:
    torch.cuda.synchronize()
    limit = torch.cuda.memory_reserved() // 2**20 + 1024
    parts = assemble(config(slots=100_000, vram_limit_mb=limit), "cuda")
    engine = engine_of(parts)
    await engine.warm_up()
    slots = engine.status().slots_limit
    print(f"slots in 1 GiB: {slots}")
    assert 64 <= slots < 100_000
    everyone = begin(engine, slots)
    with pytest.raises(Overloaded):
        engine.open(SpeechOptions(engine.voices()[0].name, 2.0, 5, 1.0, 0))
    assert await spoken(everyone) == slots
    status = engine.status()
    assert status.memory_used <= status.memory_limit == limit * 2**20
    assert status.kind == "cuda"
    await engine.close()


def test_one_session_alone_costs_one_sessions_memory(warm: Parts) -> None:
    ticker = warm.ticker
    slots = ticker.languages["en"].slots
    job = ticker.job("en", 0, options())
    ticker.settle_in(job)
    print(f"a slot: {(slots.bytes_a_row + ticker.sound.slots.bytes_a_row) / 2**20:.2f} MiB")
    assert slots.capacity == 1
    ticker.free(job)
