"""The clients against the server itself: real sockets, a voice of tones."""

import asyncio
import os
import sys
import wave
from pathlib import Path

import pytest

from bench import latency
from tests.support.server import running
from tests.support.server import test_config as server_config
from tests.support.tone import ToneEngine
from vvstream.wire.gate import new_key
from vvstream_client import Event, Options, Session, SpeechError, speak

CLIENTS = Path(__file__).parents[2] / "clients"
TEXT = "Who left the window open last night? Nobody said a word, and the rain came in."


async def spoken(url: str, text: str, options: Options | None = None) -> bytes:
    return b"".join([frame async for frame in speak(url, text, options)])


async def heard(session: Session) -> tuple[bytes, list[Event]]:
    sound, events = b"", []
    async for frame, told in session:
        sound += frame
        events += told
    return sound, events


async def test_a_session_in_pieces_sounds_like_the_plain_call() -> None:
    async with running(ToneEngine()) as server:
        whole = await spoken(server.ws(), TEXT, Options(pace="fast"))
        async with Session(server.ws(), Options(pace="fast", events=("word",))) as session:
            for at in range(0, len(TEXT), 7):
                await session.send(TEXT[at : at + 7])
            await session.end()
            sound, events = await heard(session)
    assert sound == whole
    words = [event["text"] for event in events if event["type"] == "word"]
    assert words == [word.strip("?,.") for word in TEXT.split()]


@pytest.mark.parametrize("every", [1, 17, 60])
async def test_a_connection_lost_again_and_again_loses_nothing(every: int) -> None:
    options = Options(pace="fast", events=("word",))
    async with running(ToneEngine()) as server:
        whole = await spoken(server.ws(), TEXT, Options(pace="fast"))
        async with Session(server.ws(), options) as session:
            await session.send(TEXT)
            await session.end()
            sound, words, cuts = b"", [], 0
            async for frame, events in session:
                sound += frame
                words += [event["offset"] for event in events if event["type"] == "word"]
                # What had arrived before a cut is still given out: one cut a connection.
                if frame and session.next_seq % every == 0 and cuts == session.resumed < 8:
                    assert session._socket is not None
                    session._socket.transport.abort()
                    cuts += 1
    assert sound == whole
    # The last cut may fall on a connection that had brought everything.
    assert cuts - session.resumed in {0, 1}
    assert session.resumed >= 1
    assert words == sorted(set(words))
    assert len(words) == len(TEXT.split())


async def test_cancel_tells_where_and_the_session_goes_on() -> None:
    options = Options(events=())
    async with running(ToneEngine()) as server, Session(server.ws(), options) as session:
        await session.send(TEXT)
        answers: list[str] = []
        reached = 0
        async for frame, events in session:
            answers += [str(event["type"]) for event in events]
            if frame and session.next_seq == 10:
                await session.cancel()
            if answers == ["cancelled"] and not frame:
                reached = session.next_seq
                await session.send("And now this.")
                await session.flush()
                await session.end()
    assert answers == ["cancelled", "flushed", "done"]
    assert session.next_seq > reached >= 10


async def test_refusals_come_with_their_code() -> None:
    async with running(ToneEngine()) as server:
        with pytest.raises(SpeechError, match="Nobody") as refused:
            await spoken(server.ws(), "Hello", Options(voice="en-Nobody"))
        assert refused.value.code == 4422
        with pytest.raises(SpeechError) as refused:
            async with Session(server.ws(), Options(voice="en-Nobody")) as session:
                await heard(session)
        assert refused.value.code == 4422


async def test_the_player_writes_what_the_server_says(tmp_path: Path) -> None:
    async with running(ToneEngine()) as server:
        whole = await spoken(server.ws(), TEXT, Options(pace="fast"))
        for text, file in (([TEXT], "plain.wav"), ([], "stdin.wav")):
            player = await asyncio.create_subprocess_exec(
                sys.executable,
                str(CLIENTS / "player.py"),
                *text,
                "--wav",
                str(tmp_path / file),
                stdin=asyncio.subprocess.PIPE,
                env=os.environ | {"VVSTREAM_URL": server.ws()},
            )
            await player.communicate(b"" if text else TEXT.encode())
            assert player.returncode == 0
            with wave.open(str(tmp_path / file)) as sound:
                assert sound.readframes(sound.getnframes()) == whole


async def test_the_latency_of_tones() -> None:
    async with running(ToneEngine()) as server:
        seconds = await latency.measure(server.ws(), (10, 1_000), 5, {})
    assert all(value > 0 for values in seconds.values() for value in values)


async def test_a_key_opens_the_door() -> None:
    key, sha256 = new_key()
    config = server_config(access={"keys": [{"name": "us", "sha256": sha256}]})
    async with running(ToneEngine(), config) as server:
        with pytest.raises(SpeechError) as refused:
            await spoken(server.ws(), TEXT, Options(pace="fast"))
        assert refused.value.code == 4401
        assert await spoken(server.ws(), "Hello.", Options(pace="fast", key=key))
        async with Session(server.ws(), Options(pace="fast", key=key)) as session:
            await session.send("Hello.")
            await session.end()
            sound, _ = await heard(session)
    assert sound
