"""How sessions end: an engine that breaks, nobody who comes back, a server that goes down."""

import asyncio

import pytest

from tests.support.house import FAST, TEXT, house
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import Faults, ToneEngine
from vvstream.errors import Draining, NoSuchSession, Overloaded


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


@pytest.mark.parametrize("plain", [False, True])
async def test_no_free_slot_is_said(plain: bool) -> None:
    config = make_config(session={"slot_seconds": 0.001})
    async with house(ToneEngine(slots=0), config) as h:
        socket = FakeSocket()
        session = h.open(plain=plain)
        serving = h.attach(session, socket)
        socket.text("Hello there. ")
        await serving
        assert socket.closed == (4503, "all voices are speaking, and none was free for 0.001 s")
        assert len(socket.messages) == (0 if plain else 3)
        # A plain call has no id by which it could be found again.
        assert len(h.sessions) == (not plain)


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
