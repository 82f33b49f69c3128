"""Flush, cancel and update, and messages that cannot be obeyed."""

from tests.support.house import FAST, TEXT, house, sound, units
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream.options import VoiceInfo


async def test_flush_answers_and_the_next_text_goes_on() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("One two")
        socket.say({"type": "flush"})
        await socket.until("flushed")
        first = sound("One two", goes_on=True)
        assert socket.audio == first
        socket.text("three four")
        socket.say({"type": "end"})
        await serving
        assert socket.audio == first + sound("three four")
        flushed = socket.of("flushed")[0]
        assert flushed["seq"] == len(first) // 640
        assert flushed["offset"] == 7
        assert [word["offset"] for word in socket.of("word")] == [0, 4, 7, 13]


async def test_cancel_frees_the_slot_and_new_text_is_spoken() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text(TEXT * 5)
        await socket.until("audio", 10)
        socket.say({"type": "cancel"})
        await socket.until("cancelled")
        assert not h.engine.open_now
        frames = len(socket.frames)
        cancelled = socket.of("cancelled")[0]
        assert cancelled["seq"] == frames
        assert cancelled["word"] == socket.of("word")[-1]["text"]
        socket.text("Sorry.")
        socket.say({"type": "end"})
        await serving
        assert b"".join(socket.frames[frames:]) == sound("Sorry.")
        assert socket.of("word")[-1]["offset"] == 5 * len(TEXT)


async def test_update_changes_the_voice_at_the_next_clause() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.say({"type": "update", "speed": 2.0})
        socket.text("One, ")
        socket.text("two. Th")
        socket.say({"type": "update", "voice": "en-Mike_man"})
        socket.text("ree four. Five six.")
        socket.say({"type": "end"})
        await serving
        spoken = [(u.options.voice, u.options.speed, u.units) for u in h.engine.opened]
        heart, eric = ("en-Heart_woman", 2.0), ("en-Eric_man", 2.0)
        assert spoken == [(*heart, units("One, two. Three four.")), (*eric, units("Five six."))]


async def test_a_cancel_does_not_lose_an_update() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text("One two three ")
        await socket.until("audio")
        socket.say({"type": "update", "voice": "en-Eric_man"}, {"type": "cancel"})
        socket.text("Four.")
        socket.say({"type": "end"})
        await serving
        assert [u.options.voice for u in h.engine.opened] == ["en-Heart_woman", "en-Eric_man"]


async def test_a_session_keeps_its_language() -> None:
    class Polyglot(ToneEngine):
        def voices(self) -> tuple[VoiceInfo, ...]:
            return (*super().voices(), VoiceInfo("ja-Spk0_man", "ja", "man"))

    japanese: dict[str, object] = {
        "voice": "ja-Spk0_man",
        "lexicon": None,
        "emoji": "skip",
        "aliases": {},
    }
    async with house(Polyglot(), make_config(languages={"ja": japanese})) as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.say({"type": "update", "voice": "ja-Spk0_man"})
        await socket.until("error")
        assert socket.of("error")[0]["code"] == 4422


async def test_messages_that_are_wrong_are_answered_one_by_one() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say("{", b"\x00\x01", {"type": "dance"}, {"type": "ack", "seq": 5})
        await socket.until("error", 4)
        assert {error["code"] for error in socket.of("error")} == {4400}
        socket.text("Fine.")
        socket.say({"type": "end"})
        await serving
        assert socket.audio == sound("Fine.")


async def test_a_flood_of_questions_is_answered_as_fast_as_it_is_read() -> None:
    async with house() as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        for _ in range(500):
            socket.say({"type": "ping"})
        await socket.until("pong", 500)
