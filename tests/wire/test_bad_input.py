"""Bad input: a clear answer each time, and the next client is served as if nothing had happened."""

import asyncio
import socket
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.client import call, listen, opened, query, send, until
from tests.support.house import sound
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine

BAD = [
    ("text=Hi&cfg=abc", 4400, "cfg: expected a number from 0 to 10, got 'abc'"),
    ("text=Hi&steps=0", 4400, "steps: expected a whole number from 1 to 50, got 0"),
    ("text=Hi&steps=1000", 4400, "steps: expected a whole number from 1 to 50, got 1000"),
    ("text=Hi&voice=en-Nobody", 4422, "unknown voice 'en-Nobody'; one is"),
    ("text=Hi&language=xx", 4422, "unknown language 'xx'; loaded: en"),
    ("text=Hi&voise=x", 4400, "unknown parameter 'voise'; known: text, voice, language"),
    ("text=", 4400, "text: expected something to speak, got nothing"),
    ("text=%20%0A", 4400, "text: expected something to speak, got nothing"),
    ("text=...%21%3F", 4400, "text: nothing in it can be spoken by this voice"),
    ("text=%F0%9F%98%80", 4400, "text: nothing in it can be spoken by this voice"),
    ("text=%00", 4400, "text: nothing in it can be spoken by this voice"),
    ("text=%E4%B8%AD%E6%96%87", 4400, "text: nothing in it can be spoken by this voice"),
    ("text=%ff", 4400, "text: expected UTF-8, percent-encoded; byte 0 is 0xff"),
    ("text=a%ED%A0%80", 4400, "text: expected UTF-8, percent-encoded; byte 1 is 0xed"),
    ("text=Hi&session_id=a&from=0", 4400, "session_id: it exists"),
    ("session_id=never&from=0", 4404, "session_id: no such session, or it is over"),
    ("session_id=never&from=-1", 4400, "from: expected a whole number from 0"),
]


@pytest.mark.parametrize(("url", "code", "reason"), BAD)
async def test_a_refusal_in_words(url: str, code: int, reason: str) -> None:
    async with running(ToneEngine()) as server:
        heard = await call(server.ws(url))
        assert (heard.code, heard.frames) == (code, [])
        assert heard.reason is not None
        assert heard.reason.startswith(reason)
        if not url.startswith("text="):
            # Who speaks JSON gets it in JSON too, at full length.
            assert heard.of("error")[0]["code"] == code
        await serves_the_next(server)


async def serves_the_next(server: Running) -> None:
    heard = await call(server.ws("text=Hello.&pace=fast"))
    assert (heard.code, heard.audio) == (1000, sound("Hello."))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello\x00there.", "Hello there."),
        ("Hello\x1b[31m\x07.", "Hello [31m ."),
        ("Hello مرحبا.", "Hello."),
        ("Hello \ufffd.", "Hello."),
        ("a" * 5_000, "a" * 5_000),
    ],
)
async def test_what_can_be_spoken_is(text: str, spoken: str) -> None:
    async with running(ToneEngine()) as server:
        heard = await call(server.ws(query(text=text, pace="fast")))
        assert heard.code == 1000
        assert heard.audio
        if spoken != "Hello.":
            assert heard.audio == sound(spoken)


async def test_a_lone_surrogate_in_json() -> None:
    async with running(ToneEngine()) as server, opened(server.ws()) as websocket:
        await websocket.send('{"type":"text","text":"Hello \\ud800 there."}')
        await send(websocket, {"type": "end"})
        heard = await listen(websocket)
        assert heard.code == 1000
        assert "surrogates were replaced" in heard.of("warning")[0]["message"]


async def test_plain_http_is_told_what_to_do() -> None:
    async with running(ToneEngine()) as server, httpx.AsyncClient() as client:
        answer = await client.get(server.http("/stream?text=Hi"))
        assert answer.status_code == 426
        assert answer.headers["upgrade"] == "websocket"
        assert "speaks WebSocket" in answer.text
        assert (await client.post(server.http("/stream"))).status_code == 405
        assert (await client.get(server.http("/nothing"))).status_code == 404
        await serves_the_next(server)


async def test_a_url_beyond_all_limits_is_refused_at_once() -> None:
    async with running(ToneEngine()) as server:
        with pytest.raises(InvalidStatus) as caught:
            await call(server.ws("text=" + "a" * 3_000_000))
        assert caught.value.response.status_code == 414
        assert b"over 1048576 bytes" in (caught.value.response.body or b"")
        await serves_the_next(server)


async def raw(server: Running, data: bytes) -> bytes:
    """Send bytes, read to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_bytes_that_are_no_http() -> None:
    async with running(ToneEngine()) as server:
        for data in (
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            "GET /stream?text=中 HTTP/1.1\r\n\r\n".encode(),
        ):
            answer = await raw(server, data)
            assert answer.startswith(b"HTTP/1.1 400 Bad Request")
            assert b"percent-encoded" in answer
        await serves_the_next(server)


async def test_a_request_that_never_ends() -> None:
    config = make_config(server={"handshake_seconds": 0.05})
    async with running(ToneEngine(), config) as server:
        for data in (b"", b"GET /stream?text=slow"):
            answer = await raw(server, data)
            assert b"HTTP/1.1 408 Request Timeout" in answer
            assert b"No whole request came within 0.05 s" in answer


async def test_a_second_request_that_never_ends() -> None:
    config = make_config(server={"handshake_seconds": 0.05})
    async with running(ToneEngine(), config) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in await reader.readuntil(b"}")
        writer.write(b"GET /hea")
        assert b"408 Request Timeout" in await asyncio.wait_for(reader.read(), 10)
        writer.close()


async def test_a_connection_that_says_nothing_more_is_no_error() -> None:
    config = make_config(server={"handshake_seconds": 0.05})
    async with running(ToneEngine(), config) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.close()
        await writer.wait_closed()
        await serves_the_next(server)


@pytest.mark.parametrize("size", [300_000, 10_000_000])
async def test_a_message_that_is_too_big(size: int) -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws()) as websocket:
            await until_ready(websocket)
            await websocket.send("x" * size)
            heard = await listen(websocket)
            assert heard.code == 1009
            assert heard.reason == "message too big: 262144 bytes or fewer are expected"
        await serves_the_next(server)


async def until_ready(websocket: Any) -> None:
    await until(websocket, "ready")


async def test_a_message_in_many_fragments_is_counted_whole() -> None:
    async with running(ToneEngine()) as server, opened(server.ws()) as websocket:
        await until_ready(websocket)
        await websocket.send("x" * 1_000 for _ in range(300))
        assert (await listen(websocket)).code == 1009


async def test_text_that_is_not_utf_8() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws()) as websocket:
            await until_ready(websocket)
            await websocket.send(b"\xff\xfe", text=True)
            assert (await listen(websocket)).code == 1007
        await serves_the_next(server)


async def test_pings_of_a_peer_that_does_not_read_do_not_pile_up() -> None:
    async with running(ToneEngine()) as server, opened(server.ws()) as websocket:
        await until_ready(websocket)
        (connection,) = server.server.server_state.connections
        websocket.transport.pause_reading()
        ping = websocket.protocol
        for _ in range(20_000):
            ping.send_ping(b"x" * 100)
        websocket.transport.writelines(ping.data_to_send())
        await serves_the_next(server)
        assert connection.transport.get_write_buffer_size() < 20_000
        websocket.transport.abort()


async def test_the_connection_cut_in_the_middle_of_a_frame() -> None:
    async with running(ToneEngine()) as server:
        async with opened(server.ws()) as websocket:
            await until_ready(websocket)
            websocket.transport.write(b"\x81\xfe\x10")
            peer = websocket.transport.get_extra_info("socket")
            assert isinstance(peer.family, socket.AddressFamily)
            websocket.transport.abort()
        await serves_the_next(server)
