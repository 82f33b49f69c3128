"""clients/vvstream_client.py against the real server: plain calls, sessions, lost networks."""

import asyncio

import pytest

from tests.support.client import TEXT
from tests.support.house import sound
from tests.support.server import running
from tests.support.tone import ToneEngine
from vvstream_client import Options, Session, SpeechError, speak


async def test_a_plain_call() -> None:
    async with running(ToneEngine()) as server:
        options = Options(voice="en-Mike_man", pace="fast")
        frames = [frame async for frame in speak(server.ws(), TEXT, options)]
        assert b"".join(frames) == sound(TEXT, "en-Eric_man")
        with pytest.raises(SpeechError) as caught:
            [frame async for frame in speak(server.ws(), TEXT, Options(voice="nobody"))]
        assert caught.value.code == 4422


async def test_a_session_word_by_word() -> None:
    async with running(ToneEngine()) as server:
        options = Options(pace="fast", events=("word",))
        async with Session(server.ws(), options) as session:
            for piece in TEXT.split(" "):
                await session.send(piece + " ")
            await session.end()
            heard = [(frame, events) async for frame, events in session]
        assert b"".join(frame for frame, _ in heard) == sound(TEXT + " ")
        words = [e["text"] for _, events in heard for e in events if e["type"] == "word"]
        assert words[:2] == ["Good", "morning"]


async def test_a_network_that_is_lost_again_and_again() -> None:
    async with running(ToneEngine()) as server:
        frames: list[bytes] = []
        async with asyncio.timeout(30), Session(server.ws(), Options(events=())) as session:
            await session.send(TEXT[:20])
            await session.send(TEXT[20:])
            await session.end()
            async for frame, _ in session:
                frames.append(frame)
                if len(frames) in (5, 30, 31, 60):
                    for connection in list(server.server.server_state.connections):
                        connection.transport.abort()
        assert session.resumed >= 3
        assert b"".join(frames) == sound(TEXT)


async def test_a_barge_in() -> None:
    async with running(ToneEngine()) as server, Session(server.ws()) as session:
        await session.send(TEXT * 3)
        async for frame, events in session:
            kinds = [event["type"] for event in events]
            if frame and session.next_seq == 10:
                await session.cancel()
            if "cancelled" in kinds:
                await session.send("Sorry.")
                await session.end()
            if "done" in kinds:
                assert events[0]["words"] >= 2
