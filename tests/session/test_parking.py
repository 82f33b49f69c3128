"""Sessions whose listener is away hold no slot of the engine, and go on as if they had."""

import asyncio
import threading

import pytest

from tests.support.house import FAST, TEXT, House, house, sound
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream.config import Config
from vvstream.errors import NoSuchSession, Overloaded
from vvstream.session import Session

LONG = TEXT * 2
SHORT = "Twenty-one are here."


def soon(**session: object) -> Config:
    """Parked as soon as nobody listens."""
    return make_config(session={"park_seconds": 0.001, **session})


async def leave(h: House, session: Session, frames: int, text: str = LONG) -> list[bytes]:
    """Listen to so many frames of a text, and be away until no slot is taken."""
    socket = FakeSocket()
    serving = h.attach(session, socket)
    socket.say(FAST)
    socket.text(text)
    socket.say({"type": "flush"})
    await socket.until("audio", frames)
    socket.vanish()
    await serving
    await h.engine.idle.wait()
    return socket.frames[:frames]


async def listen(h: House, session: Session, have: int) -> FakeSocket:
    socket = FakeSocket()
    serving = h.attach(session, socket, have)
    socket.say({"type": "end"})
    await serving
    return socket


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_parked_again_and_again_is_one_sound(seed: int) -> None:
    async with house(ToneEngine(slots=1, seed=seed), soon(window_seconds=0.1)) as h:
        session = h.open()
        received = await leave(h, session, 3)
        while (end := len(received) + 7) < len(sound(LONG)) // 640 - 8:
            socket = FakeSocket()
            serving = h.attach(session, socket, len(received))
            await socket.until("audio", end - len(received))
            socket.vanish()
            await serving
            received += socket.frames[: end - len(received)]
            await h.engine.idle.wait()
        assert len(h.engine.opened) > 10
        last = await listen(h, session, len(received))
        assert b"".join(received) + last.audio == sound(LONG)
        assert last.closed == (1000, "done")


async def test_a_thousand_that_are_away_hold_no_slot() -> None:
    config = soon(session_ttl=600, window_seconds=0.2, sessions=2000)
    async with house(ToneEngine(slots=1), config) as h:
        away = []
        for _ in range(1000):
            session = h.open()
            away.append((session, await leave(h, session, 2, SHORT)))
        assert len(h.sessions) == 1000
        assert not h.engine.open_now
        for session, received in away[::100]:
            rest = await listen(h, session, len(received))
            assert b"".join(received) + rest.audio == sound(SHORT)


async def test_who_comes_back_to_no_free_slot_may_try_again() -> None:
    async with house(ToneEngine(slots=1), soon()) as h:
        parked, other = h.open(), h.open()
        received = await leave(h, parked, 2)
        speaking = FakeSocket()
        h.attach(other, speaking)
        speaking.text(LONG)
        await speaking.until("audio")
        with pytest.raises(Overloaded) as refused:
            await parked.serve(FakeSocket(), 2)
        assert refused.value.retry_after
        speaking.say({"type": "cancel"})
        await speaking.until("cancelled")
        rest = await listen(h, parked, 2)
        assert b"".join(received) + rest.audio == sound(LONG)


async def test_who_asks_for_frames_that_are_not_there_takes_no_slot() -> None:
    async with house(ToneEngine(slots=1), soon(replay_seconds=0.04)) as h:
        session = h.open()
        await leave(h, session, 9)
        with pytest.raises(NoSuchSession):
            await session.serve(FakeSocket(), 0)
        assert not h.engine.open_now


async def test_a_text_that_begins_while_nobody_listens_takes_no_slot() -> None:
    async with house(ToneEngine(slots=1), soon()) as h:
        session, socket, busy = h.open(), FakeSocket(), threading.Event()
        h.tools.pool.submit(busy.wait)
        serving = h.attach(session, socket)
        socket.say(FAST)
        socket.text(TEXT)
        await socket.until("ready")
        socket.vanish()
        await serving
        while not session.machine.parked:  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # the machine's own clock, which tells nobody
        busy.set()
        # What follows it in the pool is done after the text.
        await asyncio.wrap_future(h.tools.pool.submit(int))
        rest = await listen(h, session, 0)
        assert rest.audio == sound(TEXT)
        assert len(h.engine.opened) == 1


async def test_a_parked_session_can_be_cancelled_and_speaks_anew() -> None:
    async with house(ToneEngine(slots=1), soon()) as h:
        session = h.open()
        received = await leave(h, session, 2)
        socket = FakeSocket()
        serving = h.attach(session, socket, 2)
        socket.say({"type": "cancel"})
        await socket.until("cancelled")
        frames = len(socket.frames)
        socket.text("Sorry.")
        socket.say({"type": "end"})
        await serving
        assert b"".join(socket.frames[frames:]) == sound("Sorry.")
        assert sound(LONG).startswith(b"".join([*received, *socket.frames[:frames]]))
