"""After a flush a slot is taken ahead, where nobody else wants it, so that the engine reads what
was said before anything follows."""

import asyncio

import pytest

from tests.support.client import call, opened, send, until
from tests.support.house import FAST, House, house, sound, units
from tests.support.server import running
from tests.support.sockets import FakeSocket
from tests.support.tone import ToneEngine
from vvstream import line
from vvstream.phonemes.inventory import encode

SPACE = encode(" ")


async def flushed(h: House, text: str) -> FakeSocket:
    """A session that has said this, and may say more."""
    socket = FakeSocket()
    h.attach(h.open(), socket)
    socket.say(FAST)
    socket.text(text)
    socket.say({"type": "flush"})
    await socket.until("flushed")
    return socket


async def test_what_follows_is_said_by_the_utterance_that_was_opened_ahead() -> None:
    async with house() as h:
        socket = await flushed(h, "One, two.")
        _, ahead = h.engine.opened
        assert (ahead.context, ahead.units) == ((*units("One, two."), *SPACE), [])
        frames = len(socket.frames)
        socket.text("Three.")
        socket.say({"type": "flush"})
        await socket.until("flushed", 2)
        assert len(h.engine.opened) == 3
        assert ahead.units == units("Three.")
        assert b"".join(socket.frames[frames:]) == sound("Three.")


@pytest.mark.parametrize("what", ["end", "cancel", "update"])
async def test_where_nothing_follows_or_another_voice_it_is_given_back(what: str) -> None:
    async with house() as h:
        socket = await flushed(h, "One.")
        _, ahead = h.engine.opened
        socket.say({"type": what, **({"voice": "en-Eric_man"} if what == "update" else {})})
        if what != "end":
            socket.text("Two.")
            socket.say({"type": "end"})
        await h.serving[0]
        assert ahead.cancelled
        assert not ahead.units
        assert socket.closed == (1000, "done")


async def test_who_has_something_to_say_gets_it() -> None:
    async with house(ToneEngine(slots=1)) as h:
        first = await flushed(h, "One.")
        second = await flushed(h, "Two.")
        first.text("Three.")
        first.say({"type": "end"})
        await h.serving[0]
        assert first.audio == sound("One.") + sound("Three.")
        assert second.audio == sound("Two.")
        assert not first.of("warning")
        assert not second.of("warning")


async def test_it_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LENT_SECONDS", 0.001)
    async with house(ToneEngine(slots=1)) as h:
        socket = await flushed(h, "One.")
        await h.engine.idle.wait()
        socket.text("Two.")
        socket.say({"type": "end"})
        await h.serving[0]
        assert socket.audio == sound("One.") + sound("Two.")


async def test_who_is_away_has_none() -> None:
    async with house(ToneEngine(slots=1)) as h:
        await flushed(h, "One.")
        session, _ = h.sessions._sessions[next(iter(h.sessions._sessions))]
        assert h.engine.open_now
        session._speaker.park()
        assert not h.engine.open_now


async def test_a_newcomer_is_let_in() -> None:
    async with running(ToneEngine(slots=1)) as server:
        async with opened(server.ws("pace=fast")) as websocket:
            await send(websocket, {"type": "text", "text": "One."}, {"type": "flush"})
            await until(websocket, "flushed")
            async with asyncio.timeout(20):
                heard = await call(server.ws("text=Hello.&pace=fast"))
            assert (heard.code, heard.audio) == (1000, sound("Hello."))
