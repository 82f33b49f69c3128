"""From pieces of text to frames and events."""

import asyncio
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.house import FAST, TEXT, House, house, padded, sound, units
from tests.support.server import ENGLISH
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import Faults, ToneEngine, speech
from vvstream.captions import AT_FIRST, FOLLOWING
from vvstream.frontend import FrontEnd
from vvstream.options import SpeechOptions
from vvstream.phonemes.inventory import encode
from vvstream.text.spoken import SpokenWord

HEART = SpeechOptions("en-Heart_woman", 2.0, 5, 1.0, 0)


async def made(h: House, samples: int) -> None:
    """Until the engine has made so many."""
    while not h.engine.opened or h.engine.opened[0].samples < samples:  # noqa: ASYNC110
        await asyncio.sleep(0)  # nothing tells of what the engine makes


def units_of(word: SpokenWord) -> tuple[int, ...]:
    return encode(word.before + word.phonemes + word.after)


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
        # It goes on, and does not end as at the end of a sentence.
        held = sound("Half a sen", goes_on=True)
        await socket.until("audio", len(held) // 640)
        assert socket.audio == held != sound("Half a sen")


@pytest.mark.parametrize("finish", ["text", "flush", "end"])
async def test_a_voice_that_might_break_off_in_a_word_waits_for_more(finish: str) -> None:
    """Until then nothing is sent, though the engine has made some sound."""
    more, rest = {
        "text": ({"type": "text", "text": " as well as all those who are here tonight"}, ""),
        "flush": ({"type": "flush"}, "."),
        "end": ({"type": "end"}, "."),
    }[finish]
    async with house() as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.say(FAST)
        text = "Good morning to you" + rest
        socket.text(text.removesuffix("."))
        await made(h, 3_200)
        assert not socket.frames
        socket.say(more)
        await socket.until("word")
        await socket.until("audio", 3)
        assert sound("Good morning to you").startswith(socket.audio[:1_920])


async def test_between_two_words_it_may_break_off() -> None:
    async with house() as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.say(FAST)
        text = "One two three four five six seven eight nine ten eleven twelve thirteen "
        socket.text(text)
        front = FrontEnd(ENGLISH)
        said = front.push(text)
        ends = list(accumulate(len(units_of(word)) for word in said))
        followed = sum(end + FOLLOWING - 1 < ends[-1] for end in ends)
        assert AT_FIRST < followed < len(said)
        spoken = [unit for word in said[:followed] for unit in units_of(word)]
        frames = len(speech(spoken, HEART)) // 640
        await socket.until("audio", frames)
        # All of it is made, and yet the next word is not begun.
        await made(h, len(speech(units(text)[: ends[-1]], HEART)) // 2 - 1_600)
        socket.say({"type": "ping"})
        await socket.until("pong")
        assert (len(socket.frames), len(socket.of("word"))) == (frames, followed)


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
    config = make_config(session={"words_ahead": 24})
    async with house(config=config) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text(TEXT * 20)
        await socket.until("audio", 5)
        (utterance,) = h.engine.opened
        assert len(utterance.units) < len(units(TEXT * 4))
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


@pytest.mark.parametrize("text", ["Good morning", "Good morning.", "Good morning, "])
async def test_after_a_flush_more_is_to_come_and_after_the_end_it_is_not(text: str) -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text(text)
        socket.say({"type": "flush"})
        await socket.until("flushed")
        spoken = units(text, goes_on=text[-1] == "g")
        assert socket.audio == padded(speech(spoken, HEART))
        socket.text("Good night")
        socket.say({"type": "end"})
        await serving
        before, last = h.engine.opened
        # The voice thinks that its own words follow; at the end, that nothing does.
        assert before.then == (*encode(" "), *spoken)[:16]
        assert last.then == ()
        assert last.units == units("Good night.")


class Bursts(FakeSocket):
    """Counts the turns of the event loop in which frames were sent."""

    def __init__(self) -> None:
        super().__init__()
        self.bursts = 0
        self._turn = False

    async def send(self, data: str | bytes) -> None:
        if isinstance(data, bytes) and not self._turn:
            self._turn = True
            self.bursts += 1
            asyncio.get_running_loop().call_soon(self._over)
        await super().send(data)

    def _over(self) -> None:
        self._turn = False


async def test_a_voice_that_waits_for_its_listener_gives_several_frames_at_once() -> None:
    """A frame alone costs as much as several."""
    lead, wanted = 20, 60
    async with house(config=make_config(session={"lead_seconds": lead / 50})) as h:
        socket = Bursts()
        h.attach(h.open(), socket)
        socket.text(TEXT)
        socket.say({"type": "end"})
        await socket.until("audio", lead)
        before = socket.bursts
        await socket.until("audio", wanted)
        assert socket.bursts - before <= (wanted - lead) / 2


class Quick(FakeSocket):
    """Takes so many frames at once, then has to be waited for; and so on."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.pushed = 0
        self._frames = frames
        self._room = frames

    def push(self, data: bytes) -> bool:
        if not self._room:
            return False
        self._room -= 1
        self.pushed += 1
        self.frames.append(data)
        self.order.append("audio")
        return True

    async def send(self, data: str | bytes) -> None:
        self._room = self._frames
        await super().send(data)


@pytest.mark.parametrize("frames", [1, 5, 1_000])
async def test_what_a_socket_takes_at_once_is_what_it_would_wait_for(frames: int) -> None:
    async with house() as h:
        socket, quick = FakeSocket(), Quick(frames)
        for one in (socket, quick):
            serving = h.attach(h.open(), one)
            one.say(FAST)
            one.text(TEXT)
            one.say({"type": "end"})
            await serving
        assert quick.frames == socket.frames
        assert quick.order == socket.order
        assert quick.pushed > len(socket.frames) / 3
