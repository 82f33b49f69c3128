"""The session over real sockets: resume, takeover, limits, keys, liveness, and going down."""

import asyncio
import json

import pytest
from websockets.asyncio.client import ClientConnection

from tests.support.client import TEXT, call, listen, opened, query, send, until
from tests.support.house import sound
from tests.support.server import running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine
from vvstream.wire.gate import new_key

KEY, SHA256 = new_key()
OTHER_KEY, OTHER_SHA256 = new_key()
LOCKED = {"keys": [{"name": "one", "sha256": SHA256}, {"name": "two", "sha256": OTHER_SHA256}]}


async def test_a_bare_url_waits_for_start_and_goes_on_without() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws()) as websocket:
            await send(websocket, {"type": "start", "voice": "en-Mike_man", "events": []})
            ready = await until(websocket, "ready")
            assert ready["voice"] == "en-Eric_man"
            await send(websocket, {"type": "text", "text": "Hi."}, {"type": "end"})
            heard = await listen(websocket)
            assert (heard.code, heard.audio) == (1000, sound("Hi.", "en-Eric_man"))
        async with opened(server.ws()) as websocket:
            assert (await until(websocket, "ready"))["voice"] == "en-Heart_woman"
            await send(websocket, {"type": "start", "voice": "en-Mike_man", "events": []})
            assert (await until(websocket, "ready"))["voice"] == "en-Eric_man"
            # A start that was long on its way holds like one that was not.
            await send(websocket, {"type": "text", "text": "Hi."}, {"type": "end"})
            assert (await listen(websocket)).audio == sound("Hi.", "en-Eric_man")
        async with opened(server.ws("voice=en-Mike_man")) as websocket:
            assert (await until(websocket, "ready"))["voice"] == "en-Eric_man"


async def test_the_first_message_may_be_anything() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws()) as websocket:
            await send(websocket, {"type": "text", "text": "Hi."}, {"type": "end"})
            assert (await listen(websocket)).audio == sound("Hi.")
        for wrong in ("{", b"\x00"):
            async with opened(server.ws()) as websocket:
                await websocket.send(wrong)
                assert (await until(websocket, "ready"))["next_seq"] == 0
                assert (await until(websocket, "error"))["code"] == 4400
        async with opened(server.ws()) as websocket:
            await send(websocket, {"type": "start", "voice": "nobody"})
            heard = await listen(websocket)
            assert heard.code == heard.of("error")[0]["code"] == 4422


async def frames(websocket: ClientConnection, count: int) -> list[bytes]:
    """Receive so many frames."""
    got: list[bytes] = []
    while len(got) < count:
        data = await websocket.recv()
        if isinstance(data, bytes):
            got.append(data)
    return got


async def test_fifty_reconnects_inside_one_utterance() -> None:
    async with running(ToneEngine()) as server:
        received: list[bytes] = []
        session_id = ""
        for attempt in range(51):
            url = (
                query(session_id=session_id, **{"from": len(received)}) if attempt else "pace=fast"
            )
            async with opened(server.ws(url)) as websocket:
                ready = await until(websocket, "ready")
                assert ready["next_seq"] == len(received)
                if not attempt:
                    session_id = ready["session_id"]
                    await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
                if attempt < 50:
                    received += await frames(websocket, 3)
                    websocket.transport.abort()
                else:
                    rest = await listen(websocket)
                    assert rest.code == 1000
                    received += rest.frames
        assert b"".join(received) == sound(TEXT)


async def test_a_plain_call_with_an_id_of_its_own_can_be_resumed() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws(query(text=TEXT, session_id="mine", pace="fast"))) as websocket:
            first = await frames(websocket, 5)
            websocket.transport.abort()
        again = await call(server.ws("session_id=mine&text=Hi"))
        assert again.code == 4400
        heard = await call(server.ws("session_id=mine&from=5"))
        assert heard.messages == []
        assert b"".join(first) + heard.audio == sound(TEXT)


@pytest.mark.parametrize(
    ("seq", "code"), [("1000000", 4400), ("-1", 4400), ("x", 4400), ("1.5", 4400), ("", 4400)]
)
async def test_a_resume_from_nowhere(seq: str, code: int) -> None:
    async with running(ToneEngine()) as server, opened(server.ws("session_id=s")) as websocket:
        await until(websocket, "ready")
        heard = await call(server.ws(f"session_id=s&from={seq}"))
        assert heard.code == heard.of("error")[0]["code"] == code
        # The socket that was there is still served.
        await send(websocket, {"type": "ping"})
        await until(websocket, "pong")


async def test_a_resume_from_the_past() -> None:
    config = make_config(session={"replay_seconds": 0.1})
    async with running(ToneEngine(), config) as server:
        async with opened(server.ws("session_id=s&pace=fast")) as websocket:
            await send(websocket, {"type": "text", "text": TEXT})
            await frames(websocket, 20)
            websocket.transport.abort()
        heard = await call(server.ws("session_id=s&from=1"))
        assert heard.code == 4404
        assert heard.reason is not None
        assert "are gone" in heard.reason


async def test_two_clients_claim_one_session() -> None:
    async with running(ToneEngine()) as server, opened(server.ws("session_id=s")) as first:
        await until(first, "ready")
        async with opened(server.ws("session_id=s")) as second:
            await until(second, "ready")
            heard = await listen(first)
            assert (heard.code, heard.reason) == (4409, "another socket goes on with this session")
            await send(second, {"type": "text", "text": "Hi."}, {"type": "end"})
            assert (await listen(second)).audio == sound("Hi.")


async def test_a_session_in_silence_is_closed() -> None:
    config = make_config(session={"idle_seconds": 0.05})
    async with running(ToneEngine(), config) as server:
        heard = await call(server.ws("pace=fast"))
        assert (heard.code, heard.reason) == (4408, "nothing happened for 0.05 s")


async def test_a_peer_that_does_not_answer_pings_is_gone() -> None:
    config = make_config(
        server={"ping_seconds": 0.05, "ping_timeout_seconds": 1, "close_seconds": 0.05},
        session={"session_ttl": 0.01},
    )
    async with running(ToneEngine(), config) as server:
        async with opened(server.ws("pace=fast")) as websocket:
            await until(websocket, "ready")
            websocket.transport.pause_reading()
            async with asyncio.timeout(60):
                await server.app._stream._idle.wait()
            websocket.transport.abort()


async def test_a_key_is_needed_where_there_are_keys() -> None:
    async with running(ToneEngine(), make_config(access=LOCKED)) as server:
        refused = await call(server.ws("text=Hi."))
        assert refused.code == 4401
        assert (await call(server.ws(f"text=Hi.&key={KEY[:-1]}"))).reason == (
            "this key is not one of ours"
        )
        assert (await call(server.ws(f"text=Hi.&key={KEY}"))).code == 1000
        header = {"Authorization": f"Bearer {KEY}"}
        heard = await call(server.ws("text=Hi."), additional_headers=header)
        assert heard.code == 1000
        async with opened(server.ws("voice=en-Mike_man")) as websocket:
            await send(websocket, {"type": "start", "key": KEY, "speed": 1.5})
            assert (await until(websocket, "ready"))["voice"] == "en-Eric_man"
            await send(websocket, {"type": "text", "text": "Hi."}, {"type": "end"})
            assert (await listen(websocket)).audio == sound("Hi.", "en-Eric_man", 1.5)
        async with opened(server.ws()) as websocket:
            await send(websocket, {"type": "text", "text": "Hi."})
            assert (await listen(websocket)).code == 4401


async def test_a_session_belongs_to_its_key() -> None:
    async with running(ToneEngine(), make_config(access=LOCKED)) as server:
        url = f"session_id=s&key={KEY}"
        async with opened(server.ws(url)) as websocket:
            await until(websocket, "ready")
            assert (await call(server.ws(f"session_id=s&from=0&key={OTHER_KEY}"))).code == 4404
            assert (await call(server.ws(f"session_id=s&key={OTHER_KEY}"))).code == 4404
            await send(websocket, {"type": "end"})
            assert (await listen(websocket)).code == 1000


async def test_pages_of_other_origins_are_refused() -> None:
    config = make_config(server={"origins": ["https://ours.example"]})
    async with running(ToneEngine(), config) as server:
        url = server.ws("text=Hi.&pace=fast")
        assert (await call(url, origin="https://evil.example")).code == 4403
        assert (await call(url, origin="https://ours.example")).code == 1000
        assert (await call(url, origin=f"http://127.0.0.1:{server.port}")).code == 1000
        assert (await call(url)).code == 1000


@pytest.mark.parametrize(
    ("access", "reason"),
    [
        ({"connections_per_minute": 1}, "1 connections a minute are allowed; try again in"),
        ({"characters_per_minute": 4}, "4 characters a minute are allowed; try again in"),
    ],
)
async def test_too_much_in_a_minute(access: dict[str, int], reason: str) -> None:
    async with running(ToneEngine(), make_config(access=access)) as server:
        assert (await call(server.ws("text=Hi.&pace=fast"))).code == 1000
        heard = await call(server.ws("text=Hi.&pace=fast&events=1"))
        assert heard.code == 4429
        assert heard.reason is not None
        assert heard.reason.startswith(reason)


async def test_too_many_characters_in_a_session() -> None:
    config = make_config(access={"characters_per_minute": 10})
    async with running(ToneEngine(), config) as server, opened(server.ws()) as websocket:
        await send(websocket, *({"type": "text", "text": f"Hello {n}. "} for n in range(2)))
        error = await until(websocket, "error")
        assert error["code"] == 4429
        assert error["retry_after"] > 0
        await send(websocket, {"type": "end"})
        assert (await listen(websocket)).audio == sound("Hello 0.")


async def test_too_many_sessions() -> None:
    config = make_config(access={"sessions": 1})
    async with running(ToneEngine(), config) as server, opened(server.ws("pace=fast")) as websocket:
        await until(websocket, "ready")
        heard = await call(server.ws("text=Hi."))
        assert (heard.code, heard.reason) == (4429, "1 sessions are open already")
        await send(websocket, {"type": "end"})
        await listen(websocket)


async def test_all_sessions_are_taken() -> None:
    config = make_config(session={"sessions": 1})
    async with running(ToneEngine(), config) as server, opened(server.ws("pace=fast")) as websocket:
        await until(websocket, "ready")
        heard = await call(server.ws("text=Hi."))
        assert (heard.code, heard.reason) == (4503, "all sessions are taken")
        await send(websocket, {"type": "end"})
        assert (await listen(websocket)).code == 1000


async def test_going_down_says_so_to_everybody() -> None:
    engine = ToneEngine()
    async with running(engine) as server:
        url = server.ws(query(text=TEXT * 10))
        async with opened(url) as plain, opened(server.ws("pace=fast")) as session:
            await frames(plain, 3)
            await until(session, "ready")
            both = asyncio.gather(listen(plain), listen(session))
            server.server.handle_exit(15, None)
            first, second = await both
    assert (first.code, second.code) == (1001, 1001)
    assert second.of("error")[0]["code"] == 1001
    assert engine.closed
    assert not engine.open_now


async def test_a_peer_that_does_not_answer_does_not_hold_up_the_end() -> None:
    config = make_config(server={"drain_seconds": 0.1, "close_seconds": 0.2})
    async with running(ToneEngine(), config) as server:
        websocket = await opened(server.ws("pace=fast"))
        await until(websocket, "ready")
        websocket.transport.pause_reading()
    websocket.transport.abort()


async def test_a_second_ctrl_c_is_at_once() -> None:
    async with running(ToneEngine()) as server:
        server.server.handle_exit(2, None)
        assert not server.server.force_exit
        server.server.handle_exit(2, None)
        assert server.server.force_exit


async def test_while_it_goes_down_nobody_comes_in() -> None:
    async with running(ToneEngine()) as server:
        await server.app.drain()
        heard = await call(server.ws("text=Hi."))
        assert heard.code == 1001
        reason = "the server is going down; come back in a moment"
        assert heard.reason == reason


async def test_a_listener_that_does_not_read_costs_nobody_anything() -> None:
    config = make_config(session={"stall_seconds": 0.2}, server={"send_buffer_bytes": 4096})
    async with running(ToneEngine(), config) as server:
        async with opened(server.ws("session_id=s&pace=fast")) as websocket:
            await until(websocket, "ready")
            websocket.transport.pause_reading()
            await send(websocket, {"type": "text", "text": TEXT * 300})
            async with asyncio.timeout(20):
                await server.app._stream._idle.wait()
            assert (await call(server.ws("text=Hello.&pace=fast"))).audio == sound("Hello.")
            websocket.transport.abort()
        # Its session waits, with no more than a window of audio.
        (found,) = [s for s, _ in server.app.sessions._sessions.values()]
        assert found.machine.outbox.unsent <= server.app._config.session.window_seconds * 50


async def test_a_message_that_is_too_big_does_not_cost_the_session() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws("session_id=s")) as websocket:
            await send(websocket, {"type": "text", "text": TEXT}, {"type": "end"})
            first = await frames(websocket, 3)
            await websocket.send("x" * 300_000)
            cut = await listen(websocket)
            assert cut.code == 1009
            first += cut.frames
        heard = await call(server.ws(f"session_id=s&from={len(first)}&pace=fast"))
        assert b"".join(first) + heard.audio == sound(TEXT)


async def test_a_client_that_is_gone_before_it_is_refused() -> None:
    async with running(ToneEngine(), make_config(access=LOCKED)) as server:
        for query_string in ("", "text=Hi.", "key=wrong", "voice=nobody"):
            async with opened(server.ws(query_string)) as websocket:
                websocket.transport.abort()
        await server.app._stream._idle.wait()
        assert not len(server.app.sessions)


async def test_every_answer_is_json() -> None:
    async with running(ToneEngine()) as server, opened(server.ws("pace=fast")) as websocket:
        await send(websocket, {"type": "text", "text": TEXT}, {"type": "cancel"}, {"type": "ping"})
        await until(websocket, "pong")
        await websocket.send(json.dumps({"type": "end"}))
        heard = await listen(websocket)
        assert heard.of("done")[0]["characters"] == len(TEXT)


MESSAGES = (
    {"type": "start", "pace": "fast"},
    {"type": "text", "text": "One two "},
    {"type": "ack", "seq": 0},
    {"type": "flush"},
    {"type": "update", "speed": 1.5},
    {"type": "text", "text": "three four."},
    {"type": "cancel"},
    {"type": "text", "text": "Five."},
    {"type": "end"},
)


async def test_a_client_may_vanish_between_any_two_messages() -> None:
    engine = ToneEngine()
    config = make_config(session={"session_ttl": 0.01})
    async with running(engine, config) as server:
        for count in range(len(MESSAGES) + 1):
            async with opened(server.ws()) as websocket:
                await send(websocket, *MESSAGES[:count])
                websocket.transport.abort()
        assert (await call(server.ws("text=Hi.&pace=fast"))).audio == sound("Hi.")
        async with asyncio.timeout(10):
            await server.app._stream._idle.wait()
            await engine.idle.wait()
