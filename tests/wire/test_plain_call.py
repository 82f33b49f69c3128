"""The plain call over real sockets: what the seeds of this project promise."""

import asyncio
import socket
import time

import pytest

from tests.support.client import TEXT, call, opened, query
from tests.support.house import sound
from tests.support.server import running
from tests.support.server import test_config as make_config
from tests.support.tone import Faults, ToneEngine
from vvstream.errors import Overloaded


async def test_frames_of_640_bytes_and_a_close() -> None:
    async with running(ToneEngine()) as server:
        heard = await call(server.ws(query(text=TEXT)))
        assert {len(frame) for frame in heard.frames} == {640}
        assert heard.audio == sound(TEXT)
        assert heard.messages == []
        assert (heard.code, heard.reason) == (1000, "done")


async def test_the_options_reach_the_engine_and_aliases_are_resolved() -> None:
    engine = ToneEngine()
    async with running(engine) as server:
        url = query(text="Hi.", voice="en-Carter_man", cfg=2.5, steps=6, speed=1.5, seed=7)
        assert (await call(server.ws(url))).code == 1000
        assert (await call(server.ws("text=Hi."))).code == 1000
    first, second = (utterance.options for utterance in engine.opened)
    assert (first.voice, first.cfg, first.steps, first.speed, first.seed) == (
        *("en-Michael_man", 2.5, 6),
        *(1.5, 7),
    )
    assert second.voice == "en-Heart_woman"


async def test_events_in_the_plain_call_where_asked_for() -> None:
    async with running(ToneEngine()) as server:
        heard = await call(server.ws(query(text=TEXT, events=1, pace="fast")))
        assert heard.audio == sound(TEXT)
        kinds = {message["type"] for message in heard.messages}
        assert kinds == {"ready", "word", "phoneme", "viseme", "done"}
        words = await call(server.ws(query(text=TEXT, events="word", pace="fast")))
        assert {message["type"] for message in words.messages} == {"ready", "word", "done"}


async def test_real_time_is_the_default_and_fast_is_not() -> None:
    async with running(ToneEngine()) as server:
        seconds = len(sound(TEXT)) / 32_000
        lead = make_config().session.lead_seconds
        begin = time.monotonic()
        await call(server.ws(query(text=TEXT, pace="fast")))
        fast = time.monotonic() - begin
        await call(server.ws(query(text=TEXT)))
        realtime = time.monotonic() - begin - fast
        assert realtime > seconds - lead - 0.1 > fast


async def test_a_client_that_goes_away_stops_its_synthesis() -> None:
    turns: list[asyncio.Future[None]] = []

    def gate(unit: int) -> asyncio.Future[None] | None:
        if unit < 5:
            return None
        turns.append(asyncio.get_running_loop().create_future())
        return turns[-1]

    engine = ToneEngine(faults=Faults(gate=gate))
    async with running(engine) as server:
        async with opened(server.ws(query(text=TEXT * 20, pace="fast"))) as websocket:
            await websocket.recv()
            websocket.transport.abort()
        async with asyncio.timeout(5):
            await engine.idle.wait()
        assert len(turns) == 1, "it went on"
        assert not engine.open_now
        assert not len(server.app.sessions)


async def test_small_frames_are_sent_at_once_and_buffers_are_small() -> None:
    async with running(ToneEngine()) as server, opened(server.ws()):
        (connection,) = server.server.server_state.connections
        peer = connection.transport.get_extra_info("socket")
        assert peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert connection.transport.get_write_buffer_limits()[1] == 8_192
        # Linux doubles what is asked for.
        assert peer.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * 32_768


async def test_a_hundred_calls_leave_nothing() -> None:
    engine = ToneEngine(slots=8)
    async with running(engine) as server:
        for _ in range(25):
            heard = await asyncio.gather(
                *(call(server.ws(query(text="Hello there.", pace="fast"))) for _ in range(4))
            )
            assert {h.audio for h in heard} == {sound("Hello there.")}
        assert not engine.open_now
        assert not len(server.app.sessions)


async def test_no_slot_is_an_answer() -> None:
    async with running(ToneEngine(slots=0)) as server:
        heard = await call(server.ws("text=Hello."))
        assert (heard.code, heard.reason) == (
            Overloaded.code,
            "all 0 voices are speaking; try again shortly",
        )


async def test_before_the_engine_is_warm() -> None:
    class Cold(ToneEngine):
        async def warm_up(self) -> None:
            await asyncio.Event().wait()

    async with running(Cold(), warm=False) as server:
        heard = await call(server.ws("text=Hello."))
        assert (heard.code, heard.reason) == (4503, "the engine is warming up; see /ready")


async def test_an_engine_that_breaks() -> None:
    engine = ToneEngine(faults=Faults(fail_at=30))
    async with running(engine) as server:
        heard = await call(server.ws(query(text=TEXT, pace="fast")))
        assert (heard.code, heard.reason) == (4500, "the tone is out of tune")
        engine.faults.fail_at = None
        assert (await call(server.ws("text=Hi."))).code == 1000


async def test_too_many_connections() -> None:
    config = make_config(server={"connections": 1})
    async with running(ToneEngine(), config) as server, opened(server.ws()) as first:
        heard = await call(server.ws("text=Hi."))
        assert (heard.code, heard.reason) == (4503, "all connections are taken")
        await first.close()


@pytest.mark.parametrize("count", [20_000])
async def test_a_text_up_to_the_limit(count: int) -> None:
    """5,000 characters of an alphabet without ASCII are 45 KB of URL; the limit is 20,000."""
    async with running(ToneEngine()) as server:
        text = "Hi. " + "中" * (count - 4)
        heard = await call(server.ws(query(text=text, pace="fast")))
        assert heard.code == 1000
        assert heard.audio == sound("Hi.")
        heard = await call(server.ws(query(text=text + "中")))
        assert (heard.code, heard.frames) == (4413, [])
        assert heard.reason == "text: 20001 characters, 20000 or fewer are expected"
