"""From pieces of text to frames and events."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.house import FAST, TEXT, house, sound, units
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import Faults, ToneEngine


async def test_the_sound_of_a_text_and_its_end() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text(TEXT)
        socket.say({"type": "end"})
        await serving
        assert socket.audio == sound(TEXT)
        assert socket.closed == (1000, "done")
        assert [word["text"] for word in socket.of("word")][:2] == ["Good", "morning"]
        assert socket.of("done")[0]["characters"] == len(TEXT)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=12), st.integers(0, 99))
def test_cut_anywhere_it_is_the_same_sound(cuts: list[int], seed: int) -> None:
    async def run() -> None:
        async with house(ToneEngine(seed=seed)) as h:
            socket = FakeSocket()
            serving = h.attach(h.open(), socket)
            socket.say(FAST)
            bounds = [0, *sorted(cuts), len(TEXT)]
            for start, end in zip(bounds, bounds[1:], strict=False):
                socket.text(TEXT[start:end])
            socket.say({"type": "end"})
            await serving
            assert socket.audio == sound(TEXT)

    asyncio.run(run())


@pytest.mark.parametrize("late_spans", [False, True])
async def test_events_come_before_their_frame_and_point_into_the_text(late_spans: bool) -> None:
    async with house(ToneEngine(faults=Faults(late_spans=late_spans))) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text(TEXT)
        socket.say({"type": "end"})
        await serving
        frames = events = 0
        messages = iter(socket.messages)
        ends: dict[str, float] = {}
        for kind in socket.order:
            if kind == "audio":
                frames += 1
                continue
            message = next(messages)
            if kind in ("word", "phoneme", "viseme"):
                events += 1
                assert message["seq"] == frames, "the frame in which it begins comes next"
                assert message["start"] // 0.02 == message["seq"] or message[
                    "start"
                ] == pytest.approx(message["seq"] * 0.02)
                assert message["start"] >= ends.get(kind, 0.0) - 1e-4
                assert message["end"] > message["start"]
                ends[kind] = message["end"]
        for word in socket.of("word"):
            assert TEXT[word["offset"] :].startswith(word["text"])
        assert any(word["text"].startswith("$5") for word in socket.of("word"))
        assert socket.of("word")[-1]["end"] == pytest.approx(frames * 0.02, abs=0.1)


async def test_text_that_runs_dry_is_spoken_in_the_end() -> None:
    config = make_config(session={"idle_flush_ms": 1})
    async with house(config=config) as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.text("Half a sen")
        # The voice holds, and does not fall as at the end of a sentence.
        await socket.until("audio", len(sound("Half a sen…")) // 640)
        assert socket.audio == sound("Half a sen…") != sound("Half a sen")


async def test_characters_that_the_voice_does_not_speak_are_told_once() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("Hello 中文 and 中文 and مرحبا there. ")
        socket.say({"type": "end"})
        await serving
        told = sorted(warning["message"].split()[0] for warning in socket.of("warning"))
        assert told == ["ARABIC", "CJK"]


async def test_fewer_words_than_may_wait_are_with_the_engine() -> None:
    config = make_config(session={"words_ahead": 4})
    async with house(config=config) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text(TEXT * 20)
        await socket.until("audio", 5)
        (utterance,) = h.engine.opened
        assert len(utterance.units) < len(units(TEXT))
        socket.say({"type": "cancel"}, {"type": "end"})
        await serving


@pytest.mark.parametrize("text", ["It is done.", "It is done.  ", "Is it done?", "Done,", "Done\n"])
async def test_what_ended_with_a_mark_before_it_ran_dry_ends_with_it(text: str) -> None:
    config = make_config(session={"idle_flush_ms": 1})
    async with house(config=config) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text(text)
        await socket.until("audio", len(sound(text)) // 640)
        socket.say({"type": "end"})
        await serving
        assert socket.audio == sound(text)


async def test_who_asks_for_all_there_is_hears_an_end() -> None:
    async with house() as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("Good morning")
        socket.say({"type": "flush"})
        await socket.until("flushed")
        assert socket.audio == sound("Good morning.")
