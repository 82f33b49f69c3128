"""A server of numbered frames: what vvstream's protocol promises a client, without a voice.

Real sockets, scripted sound: frame n of a session holds the number n + 1 in each sample, so that
what a client received (or a sound card recorded) says exactly which frames those were.
"""

import asyncio
import json
import re
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Handler = Callable[[ServerConnection, dict[str, str]], Awaitable[None]]


def frame(number: int) -> bytes:
    """640 bytes: 320 times the same sample."""
    return struct.pack("<h", number % 30_000 + 1) * 320


def frames(count: int) -> bytes:
    """The sound of `count` frames from the first."""
    return b"".join(frame(number) for number in range(count))


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve `handler(socket, query)` on a free port; yields the URL of /stream."""

    async def handle(socket: ServerConnection) -> None:
        assert socket.request is not None
        query = parse_qs(urlsplit(socket.request.path).query)
        try:
            await handler(socket, {name: values[-1] for name, values in query.items()})
        except ConnectionClosed:
            pass

    # Acks that nobody reads must not keep the goodbye from being read.
    async with serve(handle, "127.0.0.1", 0, max_queue=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/stream"


@dataclass
class PlainCalls:
    """Answers each plain call with `count` frames, or closes with `refusal`."""

    count: int = 50
    refusal: tuple[int, str] | None = None
    queries: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, socket: ServerConnection, query: dict[str, str]) -> None:
        self.queries.append(query)
        if self.refusal:
            await socket.close(*self.refusal)
            return
        for number in range(self.count):
            await socket.send(frame(number))


@dataclass
class Sessions:
    """One session: speaks a frame for each word and cuts the line at the frames in `cuts`.

    `lose` drops the next so many messages of the client, as a network does.
    """

    cuts: list[int] = field(default_factory=list)
    lose: int = 0
    text: str = ""
    received: int = 0
    ended: bool = False
    sent: int = 0
    connections: int = 0
    acks: list[int] = field(default_factory=list)
    starts: list[dict[str, object]] = field(default_factory=list)
    spoken: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, socket: ServerConnection, query: dict[str, str]) -> None:
        self.connections += 1
        if "session_id" in query:
            self.sent = int(query["from"])
        else:
            self.starts.append(json.loads(await socket.recv()))
        ready = {"type": "ready", "session_id": "s1", "next_seq": self.sent}
        await socket.send(json.dumps(ready | {"received": self.received}))
        await self._speak(socket)
        while not (self.ended and not self.words_left()):
            message = await socket.recv()
            if self.lose:
                self.lose -= 1
                socket.transport.abort()
                return
            await self._take(socket, json.loads(message))
        await socket.send(json.dumps({"type": "done"}))

    def words_left(self) -> int:
        words = self.text.split() if self.ended else self.text.split(" ")[:-1]
        return len(words) - self.sent

    def _word(self, number: int) -> dict[str, object]:
        found = list(re.finditer(r"\S+", self.text))[number]
        start = number * 0.02
        times = {"start": start, "end": start + 0.02, "offset": found.start(), "seq": number}
        return {"type": "word", "text": found[0], **times}

    async def _take(self, socket: ServerConnection, message: dict[str, object]) -> None:
        match message:
            case {"type": "ack", "seq": int(seq)}:
                self.acks.append(seq)
                self.acknowledged.set()
                return
            case {"type": "text", "text": str(text)}:
                self.text += text
            case {"type": "end"}:
                self.ended = True
            case {"type": "flush"}:
                await socket.send(json.dumps({"type": "flushed"}))
            case {"type": "cancel"}:
                self.text = "".join(f"{word} " for word in self.text.split()[: self.sent])
                await socket.send(json.dumps({"type": "cancelled", "word": self.sent}))
        self.received += 1
        await self._speak(socket)

    async def _speak(self, socket: ServerConnection) -> None:
        while self.words_left() > 0:
            if self.cuts and self.sent == self.cuts[0]:
                self.cuts.pop(0)
                socket.transport.abort()
                return
            await socket.send(json.dumps(self._word(self.sent)))
            await socket.send(frame(self.sent))
            self.sent += 1
            self.spoken.set()
