"""The client library over real sockets: frames, events, resume, refusals, and no loop at all."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.clients.speech_server import Handler, PlainCalls, Sessions, frame, frames, serving
from vvstream_client import (
    ACK_EVERY,
    Event,
    Options,
    Session,
    SpeechError,
    SyncSession,
    speak,
    speak_sync,
)

TEXT = " ".join(f"word{number}" for number in range(60))


@contextmanager
def served(handler: Handler) -> Iterator[str]:
    """`serving` in a thread, for the clients without a loop."""
    url: list[str] = []
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with serving(handler) as address:
            url.append(address)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert started.wait(10)
    try:
        yield url[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


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

    async def forgetful(socket: object, query: dict[str, str]) -> None:
        if "session_id" in query:
            await PlainCalls(refusal=(4404, "no such session"))(socket, query)  # type: ignore[arg-type]
        else:
            await sessions(socket, query)  # type: ignore[arg-type]

    async with serving(forgetful) as url, Session(url) as session:
        await session.send(TEXT)
        with pytest.raises(SpeechError, match="no such session") as refused:
            await hear(session)
    assert refused.value.code == 4404


def test_sync_session_hears_the_same() -> None:
    with served(Sessions(cuts=[10])) as url, SyncSession(url) as session:
        session.send(TEXT)
        session.end()
        assert b"".join(piece for piece, _ in session) == frames(60)


def test_speak_sync_hears_the_same_and_can_be_left_early() -> None:
    with served(PlainCalls(count=500)) as url:
        assert b"".join(speak_sync(url, "Hello")) == frames(500)
        sound = speak_sync(url, "Hello")
        assert next(sound) == frame(0)
        sound.close()


def test_sync_refusal() -> None:
    with pytest.raises(SpeechError), SyncSession(f"ws://127.0.0.1:{unused_port()}"):
        pass
