"""A handshake that is broken is refused in words, and the next client is served."""

import asyncio

import pytest

from tests.support.client import call
from tests.support.house import sound
from tests.support.server import Running, running
from tests.support.tone import ToneEngine

WHOLE = {
    "Host": "localhost",
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
BROKEN = "This is no WebSocket handshake: "
KEY = BROKEN + "expected Sec-WebSocket-Key: 16 bytes in base64, got "
VERSION = BROKEN + "expected Sec-WebSocket-Version: 13, got "
HTTP = "This is no HTTP/1.1 request, which begins with a line such as GET /stream HTTP/1.1"
PLAIN = "This address speaks WebSocket, not plain HTTP."


def request(line: str = "GET /stream?text=Hi HTTP/1.1", **changes: str | None) -> bytes:
    """A handshake, with some headers changed, or left out."""
    headers = WHOLE | {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [line, *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return "\r\n".join((*lines, "", "")).encode()


async def answer(server: Running, data: bytes) -> tuple[str, list[str], str]:
    """The status line, the headers and the body of what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(data)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    length = next(int(h.split(":")[1]) for h in head if h.lower().startswith("content-length"))
    body = (await reader.readexactly(length)).decode()
    writer.close()
    return head[0], [line.lower() for line in head[1:]], body


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (request(Sec_WebSocket_Key=None), 400, KEY + "nothing."),
        (request(Sec_WebSocket_Key="c2hvcnQ="), 400, KEY + "c2hvcnQ=."),
        (request(Sec_WebSocket_Key="no base 64!"), 400, KEY + "no base 64!."),
        (request(Sec_WebSocket_Key="é"), 400, KEY),
        (
            request().replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Key: two\r\n\r\n"),
            400,
            KEY + "dGhlIHNhbXBsZSBub25jZQ==, two.",
        ),
        (request(Sec_WebSocket_Version=None), 426, VERSION + "nothing."),
        (request(Sec_WebSocket_Version="8"), 426, VERSION + "8."),
        (request("POST /stream HTTP/1.1"), 405, BROKEN + "expected the method GET, got POST."),
        (request("GET /stream HTTP/1.0"), 400, BROKEN + "expected HTTP/1.1, got HTTP/1.0."),
        (request(Content_Length="3") + b"abc", 400, BROKEN + "expected no body."),
        (request(Transfer_Encoding="chunked"), 400, BROKEN + "expected no body."),
        (request(Host=None), 400, HTTP),
        (request(Upgrade=None), 426, PLAIN),
        (request(Upgrade="h2c"), 426, PLAIN),
        (request(Connection=None), 426, PLAIN),
        (
            request("GET /streams?text=Hi HTTP/1.1"),
            404,
            "There is no WebSocket at /streams; connect to /stream.",
        ),
    ],
)
async def test_it_is_told_what_was_expected(data: bytes, status: int, words: str) -> None:
    async with running(ToneEngine()) as server:
        line, headers, body = await answer(server, data)
        assert line.startswith(f"HTTP/1.1 {status} ")
        assert body.startswith(words)
        if words.startswith(VERSION):
            assert "sec-websocket-version: 13" in headers
        heard = await call(server.ws("text=Hello.&pace=fast"))
        assert (heard.code, heard.audio) == (1000, sound("Hello."))


async def test_a_whole_one_is_accepted() -> None:
    async with running(ToneEngine()) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request(Content_Length="0", Upgrade="WebSocket"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
        writer.close()
