"""The client library over real sockets: frames, events, resume, refusals."""

import json
import socket

import pytest
from websockets.asyncio.server import ServerConnection

import vvstream_client
from tests.clients.speech_server import Handler, PlainCalls, Sessions, frame, frames, serving
from vvstream_client import (
    ACK_EVERY,
    Event,
    Options,
    Session,
    SpeechError,
    speak,
)

TEXT = " ".join(f"word{number}" for number in range(60))


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def hear(session: Session) -> tuple[bytes, list[Event]]:
    sound, heard = b"", []
    async for piece, events in session:
        sound += piece
        heard += events
    return sound, heard


async def test_speak_yields_every_frame_and_carries_the_options() -> None:
    calls = PlainCalls(count=70)
    async with serving(calls) as url:
        options = Options(voice="en-Grace_woman", cfg=2.0, steps=6)
        sound = [piece async for piece in speak(url, "Tom & Jerry? 100%", options)]
    assert b"".join(sound) == frames(70)
    assert calls.queries == [
        {"text": "Tom & Jerry? 100%", "voice": "en-Grace_woman", "cfg": "2.0", "steps": "6"}
    ]


async def test_speak_says_why_it_was_refused() -> None:
    async with serving(PlainCalls(refusal=(4422, "unknown voice: en-Nobody"))) as url:
        with pytest.raises(SpeechError, match="unknown voice: en-Nobody") as refused:
            async for _ in speak(url, "Hello"):
                pass
    assert refused.value.code == 4422


@pytest.mark.parametrize("url", [f"ws://127.0.0.1:{unused_port()}/stream", "http://localhost/"])
async def test_no_server_is_an_error_of_code_0(url: str) -> None:
    with pytest.raises(SpeechError) as refused:
        async for _ in speak(url, "Hello"):
            pass
    assert refused.value.code == 0


async def test_session_yields_events_with_their_frame() -> None:
    sessions = Sessions()
    async with serving(sessions) as url, Session(url, Options(events=("word",))) as session:
        await session.send("one tw")
        await session.send("o three ")
        await session.end()
        timed = []
        async for piece, events in session:
            if piece:
                timed.append((piece, [event["text"] for event in events]))
    assert timed == [(frame(0), ["one"]), (frame(1), ["two"]), (frame(2), ["three"])]
    assert sessions.starts == [{"type": "start", "events": ["word"]}]


async def test_session_acknowledges_what_was_taken() -> None:
    sessions = Sessions()
    async with serving(sessions) as url, Session(url) as session:
        await session.send(TEXT + " ")
        seen = 0
        async for piece, events in session:
            seen += bool(piece)
            if seen == 60:
                await session.flush()
                seen += 1
            if any(event["type"] == "flushed" for event in events):
                await session.end()
    assert sessions.acks == list(range(ACK_EVERY - 1, 60, ACK_EVERY))


async def test_answers_come_without_waiting_for_a_frame() -> None:
    async with serving(Sessions()) as url, Session(url) as session:
        await session.send("one two ")
        await session.cancel()
        await session.flush()
        await session.end()
        _, events = await hear(session)
    answers = [event["type"] for event in events if event["type"] != "word"]
    assert answers == ["cancelled", "flushed", "done"]


async def test_session_resumes_bit_exact_after_every_cut() -> None:
    sessions = Sessions(cuts=[0, 1, 7, 7, 30, 59])
    async with serving(sessions) as url, Session(url) as session:
        await session.send(TEXT)
        await session.end()
        sound, events = await hear(session)
    assert sound == frames(60)
    assert [event["text"] for event in events if event["type"] == "word"] == TEXT.split()
    assert session.resumed == 6


async def test_lost_messages_are_sent_again() -> None:
    sessions = Sessions(lose=1)
    async with serving(sessions) as url, Session(url) as session:
        await session.send("one ")
        await session.send("two ")
        await session.end()
        sound, _ = await hear(session)
    assert sound == frames(2)
    assert sessions.text == "one two "


async def test_session_gives_up_when_the_server_stays_away() -> None:
    async with serving(Sessions(cuts=[3])) as url:
        session = Session(url, patience=0.3)
        await session.__aenter__()
        await session.send(TEXT)
    with pytest.raises(SpeechError, match="cannot reach"):
        await hear(session)


async def test_refused_resume_is_final() -> None:
    sessions = Sessions(cuts=[3])

    async with serving(twice(sessions, Sessions())) as url, Session(url) as session:
        await session.send(TEXT)
        with pytest.raises(SpeechError, match="no such session") as refused:
            await hear(session)
    assert refused.value.code == 4404


def twice(first: Sessions, second: Sessions) -> Handler:
    """A server that begins with `first`, forgets it when it is lost, and then begins `second`."""
    waiting = [first, second]

    async def handle(socket: ServerConnection, query: dict[str, str]) -> None:
        if "session_id" in query:
            await PlainCalls(refusal=(4404, "no such session"))(socket, query)
        else:
            await waiting.pop(0)(socket, query)

    return handle


async def test_a_session_lost_before_its_first_frame_is_begun_anew() -> None:
    first, second = Sessions(cuts=[0]), Sessions()
    async with serving(twice(first, second)) as url, Session(url, Options(seed=7)) as session:
        await session.send(TEXT)
        await session.end()
        sound, _ = await hear(session)
    assert sound == frames(60)
    assert second.starts == first.starts == [{"type": "start", "seed": 7}]
    assert second.text == TEXT


async def test_a_session_whose_text_is_no_longer_there_is_not_begun_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vvstream_client, "OUTBOX", 2)
    first, second = Sessions(lose=1), Sessions()
    async with serving(twice(first, second)) as url, Session(url) as session:
        for word in TEXT.split()[:3]:
            await session.send(word + " ")
        with pytest.raises(SpeechError, match="no such session"):
            await hear(session)
    assert not second.starts


@pytest.mark.parametrize("code", [1011, 4408])
async def test_who_paused_for_long_goes_on(code: int) -> None:
    sessions = Sessions()

    async def impatient(socket: ServerConnection, query: dict[str, str]) -> None:
        if "session_id" not in query:
            sessions.starts.append(json.loads(await socket.recv()))
            ready = {"type": "ready", "session_id": "s1", "next_seq": 0, "received": 0}
            await socket.send(json.dumps(ready))
            await socket.close(code, "no ack for 10 s")
            return
        await sessions(socket, query)

    async with serving(impatient) as url, Session(url) as session:
        await session.send("one two ")
        await session.end()
        sound, _ = await hear(session)
    assert sound == frames(2)
    assert session.resumed == 1


async def test_an_idle_session_says_that_it_was_idle() -> None:
    async def idle(socket: ServerConnection, query: dict[str, str]) -> None:
        if "session_id" in query:
            await PlainCalls(refusal=(4404, "no such session"))(socket, query)
            return
        await socket.recv()
        await socket.send(json.dumps({"type": "ready", "session_id": "s1", "received": 0}))
        await socket.close(4408, "nothing happened for 600 s")

    async with serving(idle) as url, Session(url) as session:
        with pytest.raises(SpeechError, match="nothing happened") as over:
            await hear(session)
    assert over.value.code == 4408


async def test_a_refused_message_is_told_and_not_the_reason_of_a_later_close() -> None:
    async def strict(socket: ServerConnection, query: dict[str, str]) -> None:
        await socket.recv()
        await socket.send(json.dumps({"type": "ready", "session_id": "s1", "received": 0}))
        update = json.loads(await socket.recv())
        assert update == {"type": "update", "voice": "en-Nobody", "speed": 1.5}
        await socket.send(json.dumps({"type": "error", "code": 4422, "message": "no such voice"}))
        await socket.recv()
        await socket.close(4500, "it broke")

    async with serving(strict) as url, Session(url) as session:
        await session.update(Options(voice="en-Nobody", speed=1.5))
        await session.flush()
        told: list[str] = []

        async def listen() -> None:
            async for _, events in session:
                told.extend(event["message"] for event in events)

        with pytest.raises(SpeechError, match="it broke"):
            await listen()
    assert told == ["no such voice"]
