"""What clients and clocks do to a session, over real sockets: it goes on and loses nothing."""

import asyncio
import itertools
import time

import pytest

from tests.support.client import TEXT, listen, opened, query, send, until
from tests.support.house import sound
from tests.support.server import running
from tests.support.server import test_config as make_config
from tests.support.tone import Faults, ToneEngine

CANCEL, FLUSH, END = ({"type": kind} for kind in ("cancel", "flush", "end"))
HELLO = {"type": "text", "text": "Hello."}


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_cancel_before_the_first_word(times: int) -> None:
    engine = ToneEngine()
    async with running(engine) as server, opened(server.ws("pace=fast")) as websocket:
        await send(websocket, *[CANCEL] * times, HELLO, END)
        heard = await listen(websocket)
        assert [c["seq"] for c in heard.of("cancelled")] == [0] * times
        assert (heard.code, heard.audio) == (1000, sound("Hello."))
    assert not engine.open_now


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_cancel_after_the_last_word(times: int) -> None:
    async with running(ToneEngine()) as server, opened(server.ws("pace=fast")) as websocket:
        await send(websocket, HELLO, FLUSH)
        await until(websocket, "flushed")
        await send(websocket, *[CANCEL] * times, HELLO, END)
        heard = await listen(websocket)
        assert [c["word"] for c in heard.of("cancelled")] == ["Hello"] * times
        assert (heard.code, heard.audio) == (1000, sound("Hello."))
        assert heard.of("done")[0]["characters"] == 12


async def test_cancel_twice_in_mid_speech_and_after_the_end() -> None:
    engine = ToneEngine()
    async with running(engine) as server, opened(server.ws("pace=realtime")) as websocket:
        await send(websocket, {"type": "text", "text": TEXT * 3})
        while not isinstance(await websocket.recv(), bytes):
            pass
        # Who acks sets the clock: the voice waits for the next ack, however slow we are.
        await send(websocket, {"type": "ack", "seq": 0}, CANCEL, CANCEL)
        await send(websocket, {"type": "text", "text": TEXT}, END)
        first, second = [await until(websocket, "cancelled") for _ in range(2)]
        assert first["seq"] == second["seq"]
        await send(websocket, {"type": "ack", "seq": first["seq"] - 1})
        await until(websocket, "word")
        await send(websocket, CANCEL)
        heard = await listen(websocket)
        assert heard.of("cancelled")[0]["seq"] > first["seq"]
        assert heard.of("done")
        assert heard.code == 1000
    assert not engine.open_now


async def test_text_after_the_end_is_refused_and_the_rest_is_spoken() -> None:
    refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    engine = ToneEngine(faults=Faults(gate=lambda unit: refused if unit == 0 else None))
    async with running(engine) as server, opened(server.ws("pace=fast")) as websocket:
        await send(websocket, HELLO, END, HELLO, FLUSH)
        errors = [await until(websocket, "error") for _ in range(2)]
        assert [error["code"] for error in errors] == [4400, 4400]
        refused.set_result(None)
        heard = await listen(websocket)
        assert (heard.code, heard.audio) == (1000, sound("Hello."))


async def test_the_wall_clock_may_step(monkeypatch: pytest.MonkeyPatch) -> None:
    real, steps = time.time, itertools.cycle((0.0, 86_400.0, -86_400.0, 1e9))
    monkeypatch.setattr(time, "time", lambda: real() + next(steps))
    limited = make_config(access={"connections_per_minute": 3, "characters_per_minute": 1_000})
    async with running(ToneEngine(), limited) as server:
        async with opened(server.ws("session_id=s")) as websocket:
            await send(websocket, {"type": "text", "text": TEXT})
            await until(websocket, "word")
            websocket.transport.abort()
        async with opened(server.ws(query(session_id="s", **{"from": 0}))) as websocket:
            await send(websocket, END)
            heard = await listen(websocket)
        assert (heard.code, heard.audio) == (1000, sound(TEXT))
        words = heard.of("word")
        assert all(one["end"] <= two["start"] + 1e-3 for one, two in itertools.pairwise(words))


async def test_who_is_in_a_tunnel_makes_room_for_others_and_goes_on() -> None:
    engine = ToneEngine(slots=1)
    config = make_config(session={"park_seconds": 0.01, "window_seconds": 0.2})
    async with running(engine, config) as server:
        async with opened(server.ws("pace=fast")) as websocket:
            session_id = (await until(websocket, "ready"))["session_id"]
            await send(websocket, {"type": "text", "text": TEXT}, END)
            received: list[bytes] = []
            while len(received) < 3:
                if isinstance(data := await websocket.recv(), bytes):
                    received.append(data)
            websocket.transport.abort()
        await engine.idle.wait()
        again = server.ws(query(session_id=session_id, **{"from": 3}))
        async with opened(server.ws("pace=realtime")) as speaking:
            await send(speaking, {"type": "text", "text": TEXT * 3})
            await until(speaking, "word")
            async with opened(again) as websocket:
                waits = await until(websocket, "warning")
                assert waits["message"].startswith("all voices are speaking: this waits for one")
                await send(speaking, CANCEL)
                rest = await listen(websocket)
        assert b"".join(received) + rest.audio == sound(TEXT)
        assert rest.code == 1000
