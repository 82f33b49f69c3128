"""A socket without a network, for the tests of the session."""

import asyncio
import json
from typing import Any

from vvstream.session import Gone


class FakeSocket:
    """What the client would see.

    `take`: how many messages it takes before it stops reading; `answers`: whether it answers a
    close.
    """

    def __init__(self, take: int | None = None, *, answers: bool = False) -> None:
        self.answers = answers
        self.frames: list[bytes] = []
        self.messages: list[dict[str, Any]] = []
        self.order: list[str] = []
        """The type of each message, "audio" for a frame."""
        self.closed: tuple[int, str] | None = None
        self.aborted = False
        self._take = take
        self._incoming: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._changed = asyncio.Condition()

    # The session's side.

    def push(self, data: bytes) -> bool:
        return False

    async def send(self, data: str | bytes) -> None:
        if self._take == 0:
            await asyncio.Event().wait()
        if self._take is not None:
            self._take -= 1
        if isinstance(data, bytes):
            self.frames.append(data)
            self.order.append("audio")
        else:
            self.messages.append(json.loads(data))
            self.order.append(self.messages[-1]["type"])
        async with self._changed:
            self._changed.notify_all()

    async def receive(self) -> str | bytes:
        data = await self._incoming.get()
        if data is None:
            raise Gone
        return data

    async def close(self, code: int, reason: str) -> bool:
        self.closed = (code, reason)
        return self.answers

    def abort(self) -> None:
        self.aborted = True

    # The test's side.

    def say(self, *messages: dict[str, Any] | str | bytes) -> None:
        """Send messages."""
        for message in messages:
            data = json.dumps(message) if isinstance(message, dict) else message
            self._incoming.put_nowait(data)

    def text(self, text: str) -> None:
        """Send a text message."""
        self.say({"type": "text", "text": text})

    def vanish(self) -> None:
        """Be gone."""
        self._incoming.put_nowait(None)

    async def until(self, kind: str, count: int = 1) -> None:
        """Wait until so many messages of a kind, or frames ("audio"), have come."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.order.count(kind) >= count)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of a kind."""
        return [message for message in self.messages if message["type"] == kind]

    @property
    def audio(self) -> bytes:
        """All frames."""
        return b"".join(self.frames)
