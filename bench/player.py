"""One plain call as a player hears it, at the least cost: bench.load plays thousands of them.

A WebSocket client that knows what it needs to: it asks, and gets binary frames, pings and a close
(RFC 6455). What it keeps of a frame is a few numbers.
"""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bench.listener import first_loud
from vvstream.audio import FRAME_SECONDS, SAMPLE_RATE

FINAL: Final = 0x80
TEXT, BINARY, CLOSE, PING, PONG = (FINAL | opcode for opcode in (1, 2, 8, 9, 10))
MASKED: Final = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127


@dataclass(slots=True)
class Tally:
    """What the players of a process heard between `since` and `until`, on the loop's clock."""

    since: float
    until: float
    frames: int = 0
    late: int = 0
    """Frames that came after they were to be played."""
    worst: float = -1.0
    """The latest frame's lateness in seconds; negative: how early."""
    calls: int = 0
    """Begun in that time."""
    first_audible: list[float] = field(default_factory=list)
    """Of these: seconds from the call, connection included."""


class Refused(Exception):
    """The server closed the call with something else than 1000."""


class Player(asyncio.Protocol):
    """Plays `buffer` seconds after the first frame, in real time; `over` is how the call ended."""

    def __init__(self, request: bytes, buffer: float, tally: Tally) -> None:
        loop = asyncio.get_running_loop()
        self._clock: Callable[[], float] = loop.time
        self._request = request
        self._buffer = buffer
        self._tally = tally
        self._begun = loop.time()
        self._counted = tally.since <= self._begun < tally.until
        tally.calls += self._counted
        self._rest = b""
        self._upgraded = False
        self._frames = 0
        self._start = 0.0  # when the first frame is played
        self._playhead: float | None = 0.0  # None: its first sound was heard
        self.over: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(f"the connection was lost: {error}")

    def data_received(self, data: bytes) -> None:
        now = self._clock()
        data = self._rest + data if self._rest else data
        at = 0 if self._upgraded else self._upgrade(data)
        size = len(data)
        while self._upgraded and size - at >= 2:
            opcode, length, head = data[at], data[at + 1], at + 2
            if length == TWO_BYTES:
                length, head = int.from_bytes(data[head : head + 2], "big"), head + 2
            elif length == EIGHT_BYTES:
                length, head = int.from_bytes(data[head : head + 8], "big"), head + 8
            end = head + length
            if end > size:
                break
            if opcode == BINARY:
                self._play(now, data, head, end)
            else:
                self._obey(opcode, data[head:end])
            at = end
        self._rest = data[at:]

    def _upgrade(self, data: bytes) -> int:
        """Where the frames begin."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101 "):
            self._end(data.partition(b"\r\n")[0].decode("latin-1"))
            return len(data)
        self._upgraded = True
        return end + 4

    def _play(self, now: float, data: bytes, head: int, end: int) -> None:
        number, tally = self._frames, self._tally
        self._frames += 1
        if not number:
            self._start = now + self._buffer
        if tally.since <= now < tally.until:
            late = now - (self._start + number * FRAME_SECONDS)
            tally.frames += 1
            tally.late += late > 0
            tally.worst = max(tally.worst, late)
        if self._playhead is not None:
            self._playhead = max(self._playhead, now - self._begun)
            if (sample := first_loud(data[head:end])) is not None:
                if self._counted:
                    tally.first_audible.append(self._playhead + sample / SAMPLE_RATE)
                self._playhead = None
            else:
                self._playhead += FRAME_SECONDS

    def _obey(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            code, reason = int.from_bytes(payload[:2], "big"), payload[2:].decode()
            self._say(CLOSE, payload)
            self._end(None if code == 1000 else f"{code} {reason}")
        elif opcode == PING:
            self._say(PONG, payload)
        elif opcode != TEXT:  # events are of no interest
            self._end(f"expected sound, got a frame that begins with {opcode:#x}")

    def _say(self, opcode: int, payload: bytes) -> None:
        # A mask of zeros leaves the payload as it is.
        self._transport.write(bytes((opcode, MASKED | len(payload), 0, 0, 0, 0)) + payload)

    def _end(self, trouble: str | None) -> None:
        if not self.over.done():
            self._transport.close()
            if trouble is None:
                self.over.set_result(None)
            else:
                self.over.set_exception(Refused(trouble))

    def hang_up(self) -> None:
        """Without a word: nothing more of it counts."""
        if not self.over.done():
            self.over.set_result(None)
        self._transport.abort()


def request(host: str, target: str) -> bytes:
    """The handshake of one call."""
    key = b64encode(os.urandom(16)).decode()
    return (
        f"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
