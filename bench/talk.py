"""A session as a benchmark sees it: what is sent, and when each answer came."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.listener import Heard, Query

Event = dict[str, Any]
ACK_EVERY = 5  # frames: ten times a second


@dataclass
class Talk:
    """One socket of a session; `begun` is when the connection was asked for."""

    socket: ClientConnection
    begun: float
    frames: list[Heard] = field(default_factory=list)
    """Their times are in seconds on the loop's clock."""
    events: list[tuple[float, Event]] = field(default_factory=list)
    ready: Event = field(default_factory=dict)
    keep_sound: bool = True
    """False: an hour's frames are counted and timed, not kept."""
    acks: bool = False

    async def send(self, **message: object) -> float:
        """Send a message; returns when."""
        await self.socket.send(json.dumps(message))
        return asyncio.get_running_loop().time()

    async def receive(self) -> Heard | Event:
        """The next thing that comes, noted. Raises ConnectionClosed."""
        data = await self.socket.recv()
        now = asyncio.get_running_loop().time()
        if isinstance(data, str):
            event: Event = json.loads(data)
            self.events.append((now, event))
            if event["type"] == "error":
                raise SystemExit(f"refused: {event['code']} {event['message']}")
            return event
        heard = Heard(now, data if self.keep_sound else b"")
        self.frames.append(heard)
        if self.acks and len(self.frames) % ACK_EVERY == 0:
            await self.send(type="ack", seq=self.ready["next_seq"] + len(self.frames) - 1)
        return heard

    async def until(self, kind: str) -> Event:
        """Receive until an event of this kind; "audio" is a frame."""
        while True:
            got = await self.receive()
            if isinstance(got, Heard):
                if kind == "audio":
                    return {}
            elif got["type"] == kind:
                return got

    async def to_the_end(self) -> None:
        """Receive until the server closes."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed:
            if self.socket.close_code != 1000:
                code, reason = self.socket.close_code, self.socket.close_reason
                raise SystemExit(f"closed: {code} {reason}") from None


@asynccontextmanager
async def talk(
    url: str, query: Query, *, keep_sound: bool = True, acks: bool = False
) -> AsyncIterator[Talk]:
    """Open a session, or resume one, up to its `ready`."""
    begun = asyncio.get_running_loop().time()
    address = f"{url}?{urlencode(query)}"
    async with connect(
        address, compression=None, proxy=None, close_timeout=0.25, max_queue=None
    ) as socket:
        one = Talk(socket, begun, keep_sound=keep_sound, acks=acks)
        one.ready = await one.until("ready")
        yield one
        socket.transport.abort()  # a goodbye would wait for what is on its way
