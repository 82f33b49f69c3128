"""From every snapshot, and every frame that its listener may have, the sound goes on exactly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.store.shelf import Shelf
from tests.support.server import test_config as make_config
from tests.support.server import tools_for
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream.errors import BadRequest, NoSuchSession
from vvstream.protocol.messages import Pace, Start
from vvstream.protocol.snapshot import Snapshot
from vvstream.sessions import Listener, Sessions
from vvstream.store.keeper import Keeper

ME = Listener("me", lambda _: None)
END = {"type": "end"}

TALK: list[dict[str, Any]] = [
    {"type": "text", "text": "One, two three, four"},
    {"type": "update", "speed": 1.5},
    {"type": "text", "text": " five six, seven eight. Ni"},
    {"type": "flush"},
    {"type": "update", "voice": "en-Mike_man", "speed": 1.0},
    {"type": "text", "text": "$5 and no more, for today."},
    {"type": "flush"},
    {"type": "flush"},
    {"type": "text", "text": " " + "word " * 150},
    {"type": "update", "speed": 2.0},
    {"type": "text", "text": "and, at last, the end"},
    {"type": "end"},
]


class Album(Shelf):
    """All that was ever saved, each with the number of frames its listener had then."""

    def __init__(self, socket: FakeSocket) -> None:
        super().__init__()
        self.pages: list[tuple[int, str]] = []
        self._socket = socket

    async def save(self, session_id: str, snapshot: str, seconds: float) -> None:
        await super().save(session_id, snapshot, seconds)
        self.pages.append((len(self._socket.frames), snapshot))


@asynccontextmanager
async def house(shelf: Shelf, **access: Any) -> AsyncIterator[Sessions]:
    config = make_config(access=access, session={"replay_seconds": 1.0})
    engine = ToneEngine()
    voices, tools = tools_for(config, engine)
    sessions = Sessions(config, voices, tools, "test", Keeper(shelf, 60.0))
    yield sessions
    sessions.drain()


async def first_life(talk: list[dict[str, Any]]) -> tuple[FakeSocket, Album]:
    """A session that nothing happens to."""
    socket = FakeSocket(answers=True)
    album = Album(socket)
    async with house(album) as sessions:
        session = sessions.open(Start(session_id="s", pace=Pace.FAST), ME)
        socket.say(*talk)
        async with asyncio.timeout(20):
            await session.serve(socket)
    assert socket.closed == (1000, "done")
    return socket, album


async def next_life(snapshot: str, seq: int, talk: list[dict[str, Any]]) -> FakeSocket:
    """The session of a snapshot, from a frame on."""
    shelf = Shelf()
    shelf.kept["s"] = snapshot
    socket = FakeSocket(answers=True)
    async with house(shelf) as sessions:
        session = await sessions.restore("s", seq, ME)
        assert session is not None
        serving = asyncio.create_task(session.serve(socket, seq))
        await socket.until("ready")
        (ready,) = socket.of("ready")
        assert ready["next_seq"] == seq
        socket.say(*talk[ready["received"] :])
        async with asyncio.timeout(20):
            await serving
    assert socket.closed == (1000, "done")
    return socket


async def test_from_every_snapshot_on() -> None:
    whole, album = await first_life(TALK)
    assert len(album.pages) > 10
    words = [(word["offset"], word["text"]) for word in whole.of("word")]
    ends = [had for had, _ in album.pages[1:]] + [len(whole.frames)]
    for (had, page), end in zip(album.pages, ends, strict=True):
        for seq in sorted({had, (had + end) // 2, end}):
            after = await next_life(page, seq, TALK)
            assert b"".join(whole.frames[:seq]) + after.audio == whole.audio
            told = [(word["offset"], word["text"]) for word in after.of("word")]
            assert told == [
                (word["offset"], word["text"]) for word in whole.of("word") if word["seq"] >= seq
            ]
            assert after.of("done") == whole.of("done")
    assert len(words) == whole.of("done")[0]["words"]


async def test_what_was_cancelled_stays_so() -> None:
    shelf = Shelf()
    async with house(shelf) as sessions:
        session = sessions.open(Start(session_id="s", pace=Pace.REALTIME), ME)
        socket = FakeSocket(answers=True)
        serving = asyncio.create_task(session.serve(socket))
        socket.text("One, two, three, four, five, six, seven, eight, nine, ten, eleven.")
        await socket.until("audio", 10)
        socket.say({"type": "cancel"})
        await socket.until("cancelled")
        heard = len(socket.frames)
        assert socket.of("cancelled")[0]["seq"] == heard
        socket.say({"type": "ping"})
        await socket.until("pong")
        socket.vanish()
        await serving
        await asyncio.sleep(0)
        snapshot = shelf.kept["s"]
    after = await next_life(snapshot, heard, [{}, {}, {"type": "text", "text": "Yes."}, END])
    assert [word["text"] for word in after.of("word")] == ["Yes"]
    assert after.of("word")[0]["seq"] == heard



async def test_a_cancel_after_a_restart_knows_the_word_that_was_reached() -> None:
    whole, album = await first_life([{"type": "text", "text": "Unbelievably long."}, END])
    seq = whole.of("word")[0]["seq"] + 5
    shelf = Shelf()
    shelf.kept["s"] = album.pages[-1][1] if len(album.pages) == 1 else album.pages[1][1]
    async with house(shelf) as sessions:
        session = await sessions.restore("s", seq, ME)
        assert session is not None
        socket = FakeSocket(answers=True)
        serving = asyncio.create_task(session.serve(socket, seq))
        await socket.until("audio")
        socket.say({"type": "cancel"})
        await socket.until("cancelled")
        assert socket.of("cancelled")[0]["word"] == "Unbelievably"
        assert socket.of("word") == []
        await serving


async def test_whose_session_it_is_and_which_frames_are_there() -> None:
    _, album = await first_life(TALK)
    page = album.pages[-1][1]
    shelf = Shelf()
    shelf.kept["s"] = page
    kept = Snapshot.load(page).kept
    async with house(shelf, sessions=1) as sessions:
        with pytest.raises(BadRequest, match="from: expected"):
            await sessions.restore("s", None, ME)
        with pytest.raises(NoSuchSession, match="gone"):
            await sessions.restore("s", kept - 1, ME)
        assert await sessions.restore("s", kept, Listener("you", lambda _: None)) is None
        assert await sessions.restore("t", 0, ME) is None
        assert len(sessions) == 0
        session = await sessions.restore("s", kept, ME)
        # A second claim finds the same one, and not another copy.
        assert await sessions.restore("s", kept, ME) is session
        assert sessions.find("s", "me") is session


@pytest.mark.parametrize("wrong", ["no JSON", '{"version": 0}', "voice"])
async def test_a_snapshot_that_is_of_no_use(wrong: str) -> None:
    _, album = await first_life(TALK)
    page = album.pages[-1][1]
    shelf = Shelf()
    shelf.kept["s"] = page.replace("en-Eric_man", "xx-Nobody") if wrong == "voice" else wrong
    async with house(shelf) as sessions:
        assert await sessions.restore("s", 10_000, ME) is None


async def test_without_a_store_there_is_nothing_to_restore() -> None:
    config = make_config()
    voices, tools = tools_for(config, ToneEngine())
    assert await Sessions(config, voices, tools, "test").restore("s", 0, ME) is None
