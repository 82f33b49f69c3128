"""SSML through a session: options, sounds, voices, complaints, and going on elsewhere."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.support.client import opened
from tests.support.house import house
from tests.support.server import running
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from tests.test_restore import first_life, next_life
from vvstream.options import Manner

SSML = {"type": "start", "pace": "fast", "markup": "ssml", "events": ["word"]}
END = {"type": "end"}
TEXT = (
    '<speak>One <emphasis>two</emphasis>, <break time="300ms"/> three. <prosody rate="fast" '
    'pitch="+2st">Four, <sub alias="five">5th</sub></prosody> six. <voice name="en-Mike_man">'
    "Seven &amp; eight.</voice> Nine, ten.</speak>"
)


async def speak(h: Any, *messages: dict[str, Any]) -> FakeSocket:
    socket = FakeSocket()
    serving = h.attach(h.open(), socket)
    socket.say(*messages)
    async with asyncio.timeout(20):
        await serving
    return socket


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


async def test_words_point_into_the_text_as_it_was_sent() -> None:
    async with house() as h:
        socket = await speak(h, SSML, text(TEXT), END)
    assert [TEXT[w["offset"] : w["offset"] + len(w["text"])] for w in socket.of("word")] == [
        w["text"] for w in socket.of("word")
    ]
    assert [w["text"] for w in socket.of("word")] == [
        "One", "two", "three", "Four", "5th", "six", "Seven", "&amp;", "eight", "Nine", "ten",
    ]  # fmt: skip
    assert socket.of("done")[0]["characters"] == len(TEXT)
    assert socket.of("warning") == socket.of("error") == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_cut_anywhere_it_is_the_same_sound(cuts: list[int]) -> None:
    async def run() -> None:
        async with house() as h:
            whole = await speak(h, SSML, text(TEXT), END)
            bounds = [0, *sorted(cuts), len(TEXT)]
            parts = [text(TEXT[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]
            cut = await speak(h, SSML, *parts, END)
        assert cut.audio == whole.audio
        assert cut.messages[2:] == whole.messages[2:]

    asyncio.run(run())


async def test_the_engine_is_given_manners_pauses_and_voices() -> None:
    async with house() as h:
        await speak(h, SSML, text(TEXT), END)
        first, mike, last = h.engine.opened
    assert Manner(0.9, 1.08, 1.2) in first.manners
    assert first.manners.count(Manner(volume=0.0, seconds=0.3)) == 1
    assert Manner(rate=1.25, pitch=2 ** (2 / 12)) in first.manners
    assert set(mike.manners) == set(last.manners) == {Manner()}
    voices = [utterance.options.voice for utterance in (first, mike, last)]
    assert voices == ["en-Heart_woman", "en-Eric_man", "en-Heart_woman"]


async def test_plain_text_stays_plain() -> None:
    async with house() as h:
        socket = await speak(h, {**SSML, "markup": "none"}, text("1 < 2 & <i>x</i>"), END)
        (utterance,) = h.engine.opened
    assert set(utterance.manners) == {Manner()}
    assert socket.of("warning") == []


async def test_a_pause_alone_is_spoken() -> None:
    async with house() as h:
        socket = await speak(h, SSML, text("<break time='1s'/>"), END)
    assert len(socket.frames) == 51


async def test_broken_markup_is_an_error_and_the_session_goes_on() -> None:
    async with house() as h:
        messages = (text("One <b>two</i> three."), {"type": "flush"}, text(" Four."), END)
        socket = await speak(h, SSML, *messages)
    (error,) = socket.of("error")
    assert error["code"] == 4400
    assert error["message"].startswith("ssml: not well-formed at character 12: mismatched tag")
    assert [warning["message"][:19] for warning in socket.of("warning")] == ["ssml: <b> is not kn"]
    assert [word["text"] for word in socket.of("word")] == ["One", "two", "Four"]
    assert socket.closed == (1000, "done")


async def test_an_unknown_voice_is_a_warning_and_the_text_goes_on() -> None:
    async with house() as h:
        socket = await speak(h, SSML, text("<voice name='Bob'>Hello</voice> you."), END)
    (warning,) = socket.of("warning")
    assert "unknown voice 'Bob'; one is" in warning["message"]
    assert [word["text"] for word in socket.of("word")] == ["Hello", "you"]


async def test_a_cancel_begins_the_markup_anew() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(SSML, text("<prosody rate='slow'>One. Two. Three <bro"))
        await socket.until("audio")
        socket.say({"type": "cancel"}, text("Four."), END)
        async with asyncio.timeout(20):
            await serving
        assert set(h.engine.opened[-1].manners) == {Manner()}
    assert socket.of("word")[-1]["text"] == "Four"


async def test_on_another_server_the_tags_are_still_open() -> None:
    start = {k: v for k, v in SSML.items() if k != "events"}
    talk = [
        start,
        text(TEXT[:90]),
        {"type": "flush"},
        text(TEXT[90:]),
        text(" <prosody volume='soft'>Eleven, twelve."),
        {"type": "flush"},
        text("Thirteen.</prosody>"),
        END,
    ]
    whole, album = await first_life(talk)
    # The first page was written before `start` came, which a client would send again.
    pages = [(had, page) for had, page in album.pages if '"markup": "ssml"' in page]
    assert len(pages) > 5
    for had, page in pages:
        after = await next_life(page, had, talk[1:])
        assert b"".join(whole.frames[:had]) + after.audio == whole.audio
        assert [w["offset"] for w in after.of("word")] == [
            w["offset"] for w in whole.of("word") if w["seq"] >= had
        ]


@pytest.mark.parametrize("events", ["0", "1"])
async def test_a_plain_call_tells_of_broken_markup_when_it_closes(events: str) -> None:
    heard: list[str | bytes] = []
    async with running(ToneEngine()) as server:
        query = f"/stream?markup=ssml&pace=fast&events={events}&text=One%20%3C/b%3E%20two"
        socket = await opened(f"ws://127.0.0.1:{server.port}{query}")
        with suppress(ConnectionClosed):
            while True:
                heard.append(await socket.recv())
        assert any(isinstance(message, bytes) for message in heard)
        if events == "0":
            assert socket.close_code == 4400
            assert (socket.close_reason or "").startswith("ssml: not well-formed at character 6")
        else:
            assert socket.close_code == 1000
