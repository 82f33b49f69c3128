"""A client that knows as little as possible, over real sockets."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

TEXT = "Good morning, Doctor Adams. It is 6:45, and the $5 are yours!"


def opened(url: str, **options: Any) -> connect:
    """Connect; PCM does not compress, and a proxy is no way to one's own machine.

    The queue of received messages has no limit: with one, a close waits while it is full.
    """
    return connect(url, compression=None, proxy=None, max_size=None, max_queue=None, **options)


@dataclass
class Heard:
    """All that a socket brought until it closed."""

    frames: list[bytes] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    code: int | None = None
    reason: str | None = None

    @property
    def audio(self) -> bytes:
        return b"".join(self.frames)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of a type."""
        return [message for message in self.messages if message["type"] == kind]


async def listen(websocket: ClientConnection) -> Heard:
    """Receive until the close."""
    heard = Heard()
    try:
        while True:
            data = await websocket.recv()
            if isinstance(data, bytes):
                heard.frames.append(data)
            else:
                heard.messages.append(json.loads(data))
    except ConnectionClosed:
        heard.code, heard.reason = websocket.close_code, websocket.close_reason
    return heard


async def call(url: str, **options: Any) -> Heard:
    """A whole call."""
    async with asyncio.timeout(20), opened(url, **options) as websocket:
        return await listen(websocket)


def query(**parameters: Any) -> str:
    """The part of a URL after the "?"."""
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())


async def send(websocket: ClientConnection, *messages: dict[str, Any]) -> None:
    """Send JSON messages."""
    for message in messages:
        await websocket.send(json.dumps(message))


async def until(websocket: ClientConnection, kind: str | None = None) -> dict[str, Any]:
    """Receive until a message of this type; None: of any."""
    while True:
        data = await websocket.recv()
        if isinstance(data, str) and kind in (None, (message := json.loads(data))["type"]):
            return dict(message)
