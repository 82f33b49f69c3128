"""Sessions whose listener is away hold no slot of the engine, and go on as if they had."""

import asyncio
import threading

import pytest

from tests.support.house import FAST, TEXT, House, house, sound, units
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream.config import Config
from vvstream.errors import NoSuchSession
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


async def test_who_comes_back_to_no_free_slot_waits_for_one() -> None:
    async with house(ToneEngine(slots=1), soon()) as h:
        parked, other = h.open(), h.open()
        received = await leave(h, parked, 2)
        speaking = FakeSocket()
        h.attach(other, speaking)
        speaking.text(LONG)
        await speaking.until("audio")
        rest = FakeSocket()
        serving = h.attach(parked, rest, 2)
        await rest.until("warning")
        assert "this waits for one, 0 before it" in rest.of("warning")[0]["message"]
        rest.say({"type": "end"})
        speaking.say({"type": "cancel"})
        await serving
        assert b"".join(received) + rest.audio == sound(LONG)


async def test_those_who_wait_are_served_in_turn_and_who_goes_leaves_the_line() -> None:
    config = soon(slot_seconds=60)
    async with house(ToneEngine(slots=1), config) as h:
        sockets, serving = [FakeSocket() for _ in range(4)], []
        for number, socket in enumerate(sockets):
            serving.append(h.attach(h.open(), socket))
            socket.say(FAST)
            socket.text(f"Number {number}. " * 9)
            await socket.until("warning" if number else "audio")
        told = [socket.of("warning")[0]["message"][-11:] for socket in sockets[1:]]
        assert told == ["0 before it", "1 before it", "2 before it"]
        sockets[1].vanish()
        sockets[2].say({"type": "cancel"})
        await sockets[2].until("cancelled")
        sockets[2].text("Sorry. ")
        sockets[2].say({"type": "flush"})
        await sockets[2].until("warning", 2)
        sockets[0].say({"type": "end"})
        # The fourth is the first in the line now: who was cancelled had given its place up.
        sockets[3].say({"type": "end"})
        await serving[3]
        await sockets[2].until("flushed")
        assert sockets[3].audio == sound("Number 3. " * 9)
        assert sockets[2].audio == sound("Sorry.")
        assert [one.units for one in h.engine.opened if one.units][-1] == units("Sorry.")


async def test_who_waits_too_long_is_sent_away_and_loses_nothing() -> None:
    config = soon(slot_seconds=0.01)
    async with house(ToneEngine(slots=1), config) as h:
        speaking, waiting = FakeSocket(), FakeSocket()
        h.attach(h.open(), speaking)
        speaking.text(LONG)
        await speaking.until("audio")
        session = h.open()
        serving = h.attach(session, waiting)
        waiting.say(FAST)
        waiting.text(SHORT)
        await serving
        reason = "all voices are speaking, and none was free for 0.01 s"
        assert waiting.closed == (4503, reason)
        assert waiting.of("error") == [
            {"type": "error", "code": 4503, "message": reason, "retry_after": 1.0}
        ]
        speaking.say({"type": "cancel"})
        await speaking.until("cancelled")
        assert (await listen(h, session, 0)).audio == sound(SHORT)


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
