"""What a WebSocket handshake must hold (RFC 6455, 4.2.1), and what is said where it does not.

The library below looks too, and answers a status without a word.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import h11

KEY_BYTES: Final = 16
VERSION: Final = "13"
_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer over HTTP."""

    status: int
    phrase: str
    text: str
    headers: Sequence[str] = ()


def refusal(request: h11.Request) -> Refusal | None:
    """What is wrong with a request that asks for a WebSocket; None: nothing."""
    method, http = request.method.decode(), request.http_version.decode()
    key = _header(request, b"sec-websocket-key")
    version = _header(request, b"sec-websocket-version")
    if method != "GET":
        text = f"expected the method GET, got {method}"
        return Refusal(405, "Method Not Allowed", _words(text), ("Allow: GET",))
    if http != "1.1":
        return _bad(f"expected HTTP/1.1, got HTTP/{http}")
    if version != VERSION:
        text = f"expected Sec-WebSocket-Version: {VERSION}, got {version}"
        supported = (f"Sec-WebSocket-Version: {VERSION}",)
        return Refusal(426, "Upgrade Required", _words(text), supported)
    if not _is_key(key):
        return _bad(f"expected Sec-WebSocket-Key: {KEY_BYTES} bytes in base64, got {key}")
    if _header(request, b"content-length") not in ("0", _NOTHING) or (
        _header(request, b"transfer-encoding") != _NOTHING
    ):
        return _bad("expected no body")
    return None


def _header(request: h11.Request, name: bytes) -> str:
    """All values of this name."""
    values = [value.decode("latin-1") for known, value in request.headers if known == name]
    return ", ".join(values) if values else _NOTHING


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _bad(text: str) -> Refusal:
    return Refusal(400, "Bad Request", _words(text))


def _words(text: str) -> str:
    return f"This is no WebSocket handshake: {text}."
