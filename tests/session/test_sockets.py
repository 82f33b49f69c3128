"""Sockets that come, go, and take nothing."""

import asyncio

import pytest

from tests.support.house import FAST, TEXT, house, sound
from tests.support.server import test_config as make_config
from tests.support.sockets import FakeSocket


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
