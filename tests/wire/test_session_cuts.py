"""Texts, frames and sessions that are cut, over real sockets: what is heard is whole."""

import asyncio
import base64
import itertools
import os
import socket

import pytest

from tests.support.client import TEXT, call, listen, opened, query, send, until
from tests.support.house import sound
from tests.support.server import Running, running
from tests.support.server import test_config as make_config
from tests.support.tone import ToneEngine

END = {"type": "end"}
CUT = (
    "internationally known",
    "It was 1,234.56 km, or 3/4 of the £5.50 way at 10:30.",
    "Dr. A. B. Smith, e.g. of the U.S.A., St. John St. No. 5.",
    "See https://www.example.com/a_b?c=d#e, or mail me@example.org.",
    "“Don’t,” he said… co-op — re-read it 👍🏽 #now!",
)


@pytest.mark.parametrize("text", CUT)
async def test_text_is_cut_at_every_character(text: str) -> None:
    async with running(ToneEngine()) as server:
        whole = await call(server.ws(query(text=text, pace="fast", events="word")))
        async with opened(server.ws("pace=fast&events=word")) as websocket:
            await send(websocket, *({"type": "text", "text": letter} for letter in text), END)
            pieces = await listen(websocket)
        assert (pieces.code, pieces.audio) == (1000, sound(text))
        assert pieces.audio == whole.audio
        words = whole.of("word")
        assert pieces.of("word") == words
        assert all(text[word["offset"] :].startswith(word["text"]) for word in words)


async def dial(server: Running, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A WebSocket without a library, whose kernel takes little."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", server.port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=256)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    while (await reader.readline()).strip():
        pass
    return reader, writer


async def frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next message: its kind, and what it holds."""
    first, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    return first & 15, await reader.readexactly(length)


async def test_the_socket_is_cut_in_the_middle_of_a_frame_that_is_being_heard() -> None:
    async with running(ToneEngine()) as server:
        text = query(text=TEXT, session_id="s", pace="fast")
        have: list[bytes] = []
        path = f"/stream?{text}"
        for cut in (1, 3, 100, 643):
            reader, writer = await dial(server, path)
            for _ in range(7):
                kind, pcm = await frame(reader)
                assert (kind, len(pcm)) == (2, 640)
                have.append(pcm)
            await reader.readexactly(cut)  # of a message of 644 bytes
            writer.transport.abort()
            path = f"/stream?session_id=s&from={len(have)}"
        rest = await call(server.ws(path.partition("?")[2]))
        assert (rest.code, b"".join(have) + rest.audio) == (1000, sound(TEXT))


async def test_who_reads_a_byte_now_and_then_costs_little_and_nobody_else_anything() -> None:
    config = make_config(server={"send_buffer_bytes": 4096})
    async with running(ToneEngine(), config) as server:
        reader, writer = await dial(server, "/stream?session_id=s&pace=fast&events=0")
        words = b'{"type":"text","text":"' + TEXT.encode() * 300 + b'"}'
        mask = bytes(4)
        writer.write(b"\x81\xfe" + len(words).to_bytes(2, "big") + mask + words)
        for _ in range(8):
            assert len(await reader.readexactly(1)) == 1
            assert (await call(server.ws("text=Hello.&pace=fast"))).audio == sound("Hello.")
        (session,) = [s for s, _ in server.app.sessions._sessions.values()]
        assert session.machine.outbox.unsent <= config.session.window_seconds * 50
        (transport,) = [c.transport for c in server.server.server_state.connections]
        assert transport.get_write_buffer_size() < 20_000
        writer.transport.abort()


async def test_a_session_is_gone_when_its_time_is_up() -> None:
    config = make_config(session={"session_ttl": 0.01})
    async with running(ToneEngine(), config) as server:
        async with opened(server.ws("session_id=s")) as websocket:
            await send(websocket, {"type": "text", "text": TEXT})
            await until(websocket, "word")
            websocket.transport.abort()
        while len(server.app.sessions):  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # the session's own clock, which tells nobody
        heard = await call(server.ws("session_id=s&from=1"))
        assert heard.code == 4404


async def test_nothing_follows_a_cancel_but_what_follows_it() -> None:
    async with running(ToneEngine()) as server, opened(server.ws("pace=fast")) as websocket:
        for turn in range(5):
            await send(websocket, {"type": "text", "text": TEXT * 5})
            await until(websocket, "word")
            await send(websocket, {"type": "cancel"})
            cancelled = await until(websocket, "cancelled")
            await send(websocket, {"type": "ping"})
            assert (await websocket.recv()) == '{"type":"pong"}', "no frame after it"
            place, text = cancelled["offset"], TEXT * 5 * (turn + 1)
            assert text[place : cancelled["end"]] == cancelled["word"]
        await send(websocket, {"type": "text", "text": "Sorry."}, END)
        heard = await listen(websocket)
        assert heard.audio == sound("Sorry.")
        assert heard.of("word")[0]["seq"] == cancelled["seq"]
        for one, two in itertools.pairwise(heard.of("word")):
            assert one["seq"] <= two["seq"]
