"""The shipped voice through the whole server: what a listener really gets."""

import array
from collections.abc import AsyncIterator
from typing import Final

import pytest

from tests.support.client import TEXT, call, listen, opened, query, send
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from vvstream import engine

AUDIBLE: Final = 164
"""-46 dB of full scale."""


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    """A server with the real engine."""
    config = make_config()
    voice = engine.load(config, "cpu")
    async with running(voice, config) as running_server:
        yield running_server


def peak(frame: bytes) -> int:
    samples = array.array("h", frame)
    return max(max(samples), -min(samples))


async def test_the_call_of_the_readme(server: Running) -> None:
    url = query(text="Good morning", voice="en-Grace_woman", cfg=2.0, steps=6)
    heard = await call(server.ws(url))
    assert heard.code == 1000
    assert {len(frame) for frame in heard.frames} == {640}
    assert 0.4 < len(heard.frames) * 0.02 < 2.5
    # No leading silence beyond one frame.
    assert max(map(peak, heard.frames[:2])) >= AUDIBLE
    assert 2_000 < max(map(peak, heard.frames)) <= 32_767


@pytest.mark.parametrize("cuts", [(1,), (7, 8, 9), tuple(range(1, len(TEXT), 3))])
async def test_the_same_sound_however_the_text_is_cut(
    server: Running, cuts: tuple[int, ...]
) -> None:
    whole = await call(server.ws(query(text=TEXT, pace="fast")))
    async with opened(server.ws("pace=fast")) as websocket:
        for start, end in zip((0, *cuts), (*cuts, len(TEXT)), strict=True):
            await send(websocket, {"type": "text", "text": TEXT[start:end]})
        await send(websocket, {"type": "end"})
        pieces = await listen(websocket)
    assert pieces.audio == whole.audio
    assert [word["text"] for word in pieces.of("word")][:2] == ["Good", "morning"]


async def test_word_times_cover_the_speech(server: Running) -> None:
    heard = await call(server.ws(query(text=TEXT, events=1, pace="fast")))
    words = heard.of("word")
    assert all(a["end"] <= b["start"] + 1e-4 for a, b in zip(words, words[1:], strict=False))
    assert len(heard.frames) * 0.02 - words[-1]["end"] < 0.8
    assert {phoneme["seq"] for phoneme in heard.of("phoneme")} <= set(range(len(heard.frames)))
