"""One listener, with the real front end, machine and speaker, over a socket without a network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.server import ENGLISH, tools_for
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import Faults, ToneEngine, speech
from vvstream.config import Config
from vvstream.errors import Draining, NoSuchSession, Overloaded
from vvstream.frontend import FrontEnd
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.phonemes.inventory import encode
from vvstream.protocol.messages import Start
from vvstream.session import Session
from vvstream.sessions import Listener, Sessions

TEXT = "Good morning, Doctor Adams. It is 6:45, and the $5 are yours!"
FAST = {"type": "start", "pace": "fast"}


def units(text: str) -> list[int]:
    """What the front end makes of a whole text."""
    front = FrontEnd(ENGLISH)
    words = front.push(text) + front.finish()
    return [unit for word in words for unit in encode(word.before + word.phonemes + word.after)]


def padded(samples: bytes) -> bytes:
    return samples.ljust(-(-len(samples) // 640) * 640, b"\0")


def sound(text: str, voice: str = "en-Heart_woman", speed: float = 1.0) -> bytes:
    """What a listener must hear."""
    return padded(speech(units(text), SpeechOptions(voice, 2.0, 5, speed, 0)))


@dataclass
class House:
    """Sessions, and the tasks that serve sockets."""

    engine: ToneEngine
    sessions: Sessions
    serving: list[asyncio.Task[None]] = field(default_factory=list)

    def open(
        self, start: Start | None = None, *, call: bool = False, plain: bool = False
    ) -> Session:
        return self.sessions.open(
            start or Start(), Listener("me", lambda _: None, plain=plain, call=call)
        )

    def attach(
        self, session: Session, socket: FakeSocket, seq: int | None = None
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(session.serve(socket, seq))
        self.serving.append(task)
        return task


@asynccontextmanager
async def house(
    engine: ToneEngine | None = None, config: Config | None = None
) -> AsyncIterator[House]:
    engine = engine or ToneEngine()
    config = config or make_config()
    voices, tools = tools_for(config, engine)
    house = House(engine, Sessions(config, voices, tools, "test"))
    try:
        yield house
    finally:
        house.sessions.drain()
        await asyncio.gather(*house.serving)
        tools.pool.shutdown()
        assert not house.engine.open_now, "a slot is lost"
        assert not len(house.sessions)


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


async def test_flush_answers_and_the_next_text_goes_on() -> None:
    async with house() as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.say(FAST)
        socket.text("One two")
        socket.say({"type": "flush"})
        await socket.until("flushed")
        first = sound("One two")
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


async def test_text_that_runs_dry_is_spoken_in_the_end() -> None:
    config = make_config(session={"idle_flush_ms": 1})
    async with house(config=config) as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.text("Half a sen")
        await socket.until("audio", len(sound("Half a sen")) // 640)
        assert socket.audio == sound("Half a sen")


async def test_a_lost_socket_is_replaced_and_nothing_is_missing() -> None:
    async with house() as h:
        session = h.open()
        received: list[bytes] = []
        socket = FakeSocket()
        serving = h.attach(session, socket)
        socket.say(FAST)
        socket.text(TEXT)
        for count in range(1, 12):
            await socket.until("audio", min(3, count))
            socket.vanish()
            await serving
            # Of what was sent, the client has received a part.
            received += socket.frames[: count % 4]
            socket = FakeSocket()
            serving = h.attach(session, socket, len(received))
            await socket.until("ready")
            assert socket.of("ready")[0]["next_seq"] == len(received)
        socket.say({"type": "end"})
        await serving
        assert b"".join(received) + socket.audio == sound(TEXT)


async def test_a_second_socket_takes_over() -> None:
    async with house() as h:
        session, first, second = h.open(), FakeSocket(), FakeSocket()
        serving = h.attach(session, first)
        await first.until("ready")
        h.attach(session, second)
        # It arrives in the same turn of the loop in which the second socket does.
        first.text("Nobody hears this.")
        await serving
        assert first.closed == (4409, "another socket goes on with this session")
        # What the first still says is not heard.
        first.text("Nobody hears this.")
        second.text("Hello.")
        second.say({"type": "flush"})
        await second.until("flushed")
        assert second.audio == sound("Hello.")


async def test_a_resume_that_cannot_be_changes_nothing() -> None:
    async with house() as h:
        session, first, second = h.open(), FakeSocket(), FakeSocket()
        h.attach(session, first)
        await first.until("ready")
        with pytest.raises(Exception, match="expected 0 or less"):
            await session.serve(second, 7)
        first.say({"type": "ping"})
        await first.until("pong")


async def test_a_socket_that_takes_nothing_is_dropped_and_the_session_kept() -> None:
    config = make_config(session={"stall_seconds": 0.01})
    async with house(config=config) as h:
        session, socket = h.open(), FakeSocket(take=5)
        serving = h.attach(session, socket)
        socket.text(TEXT)
        await serving
        assert socket.aborted
        again = FakeSocket()
        serving = h.attach(session, again, 0)
        again.say({"type": "end"})
        await serving
        assert again.audio == sound(TEXT)


async def test_the_voice_waits_for_a_slow_listener() -> None:
    config = make_config(session={"window_seconds": 0.2, "stall_seconds": 100})
    async with house(config=config) as h:
        session, socket = h.open(), FakeSocket(take=3)
        socket.say(FAST)
        serving = h.attach(session, socket)
        socket.text(TEXT * 20)
        await socket.until("word")
        (utterance,) = h.engine.opened
        for _ in range(200):
            await asyncio.sleep(0)
        # A window of 10 frames, one chunk of up to 3 frames in hand.
        assert utterance.samples <= (10 + 3 + 3) * 320
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        h.serving.clear()


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


@pytest.mark.parametrize("faults", [Faults(fail_at=20), Faults(crash_at=20)])
async def test_an_engine_that_breaks_ends_this_session_only(faults: Faults) -> None:
    async with house(ToneEngine(faults=faults)) as h:
        socket, other = FakeSocket(), FakeSocket()
        serving = h.attach(h.open(), socket)
        h.attach(h.open(), other)
        socket.say(FAST)
        socket.text(TEXT)
        socket.say({"type": "end"})
        await serving
        assert socket.closed is not None
        assert socket.closed[0] == 4500
        assert socket.of("error")[0]["code"] == 4500
        other.say({"type": "ping"})
        await other.until("pong")


async def test_an_engine_that_breaks_while_the_text_waits() -> None:
    async with house(ToneEngine(faults=Faults(fail_at=2))) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text("Hello there, how ")
        await serving
        assert socket.closed is not None
        assert socket.closed[0] == 4500


async def test_no_free_slot_is_said() -> None:
    async with house(ToneEngine(slots=0)) as h:
        socket = FakeSocket()
        serving = h.attach(h.open(), socket)
        socket.text("Hello there. ")
        await serving
        assert socket.closed == (4503, "no free slot")
        assert socket.of("error")[0]["retry_after"] == 1.0


async def test_a_plain_call_stops_with_its_listener() -> None:
    async with house() as h:
        session = h.open(call=True, plain=True)
        socket = FakeSocket()
        serving = h.attach(session, socket)
        socket.text(TEXT)
        await socket.until("audio", 3)
        socket.vanish()
        await serving
        assert not len(h.sessions)
        assert not h.engine.open_now


async def test_a_session_nobody_comes_back_to_is_forgotten() -> None:
    config = make_config(session={"session_ttl": 0.001})
    async with house(config=config) as h:
        session, socket = h.open(), FakeSocket()
        serving = h.attach(session, socket)
        socket.vanish()
        await serving
        forgotten = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, forgotten.set)
        await forgotten.wait()
        with pytest.raises(NoSuchSession):
            await session.serve(FakeSocket(), 0)


@pytest.mark.parametrize("answers", [True, False])
async def test_a_finished_session_is_kept_for_a_close_that_was_lost(answers: bool) -> None:
    async with house() as h:
        session, socket = h.open(), FakeSocket(answers=answers)
        serving = h.attach(session, socket)
        socket.say(FAST, {"type": "end"})
        await serving
        assert len(h.sessions) == (not answers)


async def test_a_finished_session_makes_room_for_a_new_one() -> None:
    async with house(config=make_config(session={"sessions": 1})) as h:
        session, socket = h.open(), FakeSocket()
        serving = h.attach(session, socket)
        with pytest.raises(Overloaded, match="all sessions are taken"):
            h.open()
        socket.say(FAST, {"type": "end"})
        await serving
        h.open()
        assert len(h.sessions) == 1
        with pytest.raises(NoSuchSession):
            await session.serve(FakeSocket(), 0)


async def test_a_session_keeps_its_language() -> None:
    class Polyglot(ToneEngine):
        def voices(self) -> tuple[VoiceInfo, ...]:
            return (*super().voices(), VoiceInfo("jp-Spk0_man", "jp", "man"))

    japanese: dict[str, object] = {
        "voice": "jp-Spk0_man",
        "lexicon": None,
        "emoji": "skip",
        "aliases": {},
    }
    async with house(Polyglot(), make_config(languages={"jp": japanese})) as h:
        socket = FakeSocket()
        h.attach(h.open(), socket)
        socket.say({"type": "update", "voice": "jp-Spk0_man"})
        await socket.until("error")
        assert socket.of("error")[0]["code"] == 4422


async def test_a_server_that_goes_down_says_so() -> None:
    async with house() as h:
        session, socket = h.open(), FakeSocket()
        serving = h.attach(session, socket)
        socket.text(TEXT)
        await socket.until("audio")
        session.end(Draining("going down"))
        await serving
        assert socket.closed == (1001, "going down")
        session.end(Draining("again"))
        assert not len(h.sessions)


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
