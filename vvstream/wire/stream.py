"""The endpoint /stream: from a handshake to a session."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final, NoReturn, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

from vvstream.config import Config
from vvstream.errors import (
    BadRequest,
    Draining,
    Overloaded,
    TextTooLong,
    VvstreamError,
)
from vvstream.ports import Elsewhere
from vvstream.protocol.codec import Call, close_reason, dump, parse_query
from vvstream.protocol.messages import ClientMessage, End, Error, Start, Text, Wishes
from vvstream.session import Gone, Session, understand
from vvstream.sessions import Listener, Sessions
from vvstream.wire.gate import Gate, bearer
from vvstream.wire.protocols import WebSocketProtocol

log = logging.getLogger("vvstream.wire")


RETRY_SECONDS: Final = 1.0


class Neighbours(Protocol):
    """Other gateways of the same server; see bus.handover."""

    def new_id(self) -> str:
        """An id of a session of ours."""

    def owner(self, session_id: str) -> int | None:
        """Whose session it is; None: ours."""

    async def give(self, to: int, descriptor: int, handshake: bytes, rest: bytes) -> bool:
        """Give a connection away; False: nobody took it."""


class StarletteSocket:
    """A Starlette WebSocket as a session wants it."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._protocol: WebSocketProtocol = websocket.scope["extensions"]["vvstream"]

    def push(self, data: bytes) -> bool:
        """See session.Socket."""
        return self._protocol.push(data)

    async def send(self, data: str | bytes) -> None:
        """See session.Socket."""
        try:
            if isinstance(data, bytes):
                if not await self._protocol.send_bytes(data):
                    raise Gone
            else:
                await self._websocket.send_text(data)
        except (WebSocketDisconnect, RuntimeError):
            # RuntimeError: the server below has closed by itself (1009, or an unanswered ping).
            raise Gone from None

    async def receive(self) -> str | bytes:
        """See session.Socket."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise Gone
        text = message.get("text")
        data: str | bytes = message["bytes"] if text is None else text
        return data

    async def close(self, code: int, reason: str) -> bool:
        """See session.Socket."""
        try:
            await self._websocket.close(code, close_reason(reason))
        except (WebSocketDisconnect, RuntimeError):
            return False
        self._protocol.abort_later()
        await self._protocol.lost.wait()
        return self._protocol.answered

    def abort(self) -> None:
        """See session.Socket."""
        self._protocol.transport.abort()

    def settle(self) -> None:
        """It is served here."""
        self._protocol.settle()

    async def hand_over(self, neighbours: Neighbours, to: int) -> NoReturn:
        """Give the connection to another gateway. Raises Gone: it is; Overloaded: it cannot be."""
        protocol = self._protocol
        transport, handshake = protocol.transport, protocol.handshake
        connection = transport.get_extra_info("socket")
        if transport.is_closing() or not handshake or protocol.unsent:
            raise Overloaded("the session's gateway is not there", retry_after=RETRY_SECONDS)
        if not protocol.read_paused:
            protocol.read_paused = True
            transport.pause_reading()
        if not await neighbours.give(to, connection.fileno(), handshake, protocol.rest):
            raise Overloaded("the session's gateway is not there", retry_after=RETRY_SECONDS)
        transport.abort()
        raise Gone


class Stream:
    """What stands behind /stream. `ready`: whether the engine has warmed up. `admit` raises
    Overloaded where there is no room for a new session."""

    def __init__(
        self,
        config: Config,
        sessions: Sessions,
        gate: Gate,
        ready: Callable[[], bool],
        admit: Callable[[], None],
        neighbours: Neighbours | None,
        elsewhere: Elsewhere,
    ) -> None:
        self._config = config
        self._sessions = sessions
        self._gate = gate
        self._ready = ready
        self._admit = admit
        self._neighbours = neighbours
        self._elsewhere = elsewhere
        self._sockets = 0
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket, from its handshake to its close."""
        await websocket.accept()
        socket = StarletteSocket(websocket)
        self._sockets += 1
        self._idle.clear()
        try:
            await self._serve(websocket, socket)
        except Gone:
            pass
        except VvstreamError as error:
            await self._refuse(websocket, socket, error)
        finally:
            self._sockets -= 1
            if not self._sockets:
                self._idle.set()

    @property
    def sockets(self) -> int:
        """How many are open."""
        return self._sockets

    def apply(self, config: Config) -> None:
        """Other limits, from now on."""
        self._config = config

    async def drain(self, seconds: float) -> None:
        """Close all sockets with 1001, and wait for them."""
        self._draining = True
        self._sessions.drain()
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            log.warning("drain", extra={"record": {"sockets_left": self._sockets}})

    async def _serve(self, websocket: WebSocket, socket: StarletteSocket) -> None:
        self._check_server()
        headers = websocket.headers
        self._gate.check_origin(headers.get("origin"), headers.get("host"))
        call = parse_query(websocket.scope["query_string"].decode("ascii"))
        start, first = call.start, None
        key = bearer(headers.get("authorization")) or start.key
        if call.text is None and (call.bare or (self._gate.locked and key is None)):
            first = await self._first(socket, wait_for_key=self._gate.locked and key is None)
            if isinstance(first, Start):
                start = merge(start, first)
                key = key or start.key
        if (neighbours := self._neighbours) is not None and start.session_id is not None:
            to = neighbours.owner(start.session_id)
            if to is not None:
                await socket.hand_over(neighbours, to)
        socket.settle()
        address = websocket.client.host if websocket.client else ""
        owner = self._gate.admit(key, address)
        session = await self._session(call, replace(start, key=None), owner)
        said: list[ClientMessage | VvstreamError] = []
        if call.text is not None:
            said = [Text(call.text), End()]
        elif first is not None and not isinstance(first, Start):
            said = [first]
        await session.serve(socket, start.from_seq, said)

    def _check_server(self) -> None:
        if self._draining:
            raise Draining("the server is going down; come back in a moment")
        if not self._ready():
            raise Overloaded("the engine is warming up; see /ready", retry_after=1.0)
        if self._sockets + self._elsewhere.sockets > self._config.server.connections:
            raise Overloaded("all connections are taken", retry_after=1.0)

    async def _session(self, call: Call, start: Start, owner: str) -> Session:
        found = None
        listener = Listener(owner, partial(self._gate.charge, owner))
        if start.session_id is not None:
            found = self._sessions.find(start.session_id, owner)
            if found is None:
                found = await self._sessions.restore(start.session_id, start.from_seq, listener)
        if call.text is None:
            if found is not None:
                found.machine.listen(start)
                return found
            if start.from_seq is None:
                self._admit()
            return self._sessions.open(start, listener)
        if found is not None or start.from_seq is not None:
            raise BadRequest("session_id: it exists; a session is resumed without text")
        text, limit = call.text, self._config.session.text_characters
        if len(text) > limit:
            raise TextTooLong(f"text: {len(text)} characters, {limit} or fewer are expected")
        if not text.strip():
            raise BadRequest("text: expected something to speak, got nothing")
        self._admit()
        self._gate.charge(owner, len(text))
        listener = Listener(owner, lambda _: None, plain=not start.events, call=True)
        return self._sessions.open(start, listener)

    async def _first(
        self, socket: StarletteSocket, *, wait_for_key: bool
    ) -> ClientMessage | BadRequest | None:
        """The first message, if it comes soon. Raises Gone."""
        server = self._config.server
        seconds = server.handshake_seconds if wait_for_key else server.start_wait_seconds
        try:
            async with asyncio.timeout(seconds):
                return understand(await socket.receive())
        except TimeoutError:
            return None

    async def _refuse(
        self, websocket: WebSocket, socket: StarletteSocket, error: VvstreamError
    ) -> None:
        query = websocket.scope["query_string"]
        log.info("refused", extra={"record": {"code": error.code, "reason": error.message}})
        with suppress(Gone):
            if not any(part.startswith(b"text=") for part in query.split(b"&")):
                await socket.send(dump(Error(error.code, error.message, error.retry_after)))
            await socket.close(error.code, error.message)


def merge(url: Start, message: Start) -> Start:
    """What the first message says, and where it says nothing, the URL."""
    said = {name: getattr(message.wishes, name) for name in Wishes.__slots__}
    wishes = replace(
        url.wishes, **{name: value for name, value in said.items() if value is not None}
    )
    return Start(
        wishes=wishes,
        session_id=message.session_id or url.session_id,
        from_seq=url.from_seq if message.from_seq is None else message.from_seq,
        pace=message.pace or url.pace,
        markup=message.markup or url.markup,
        events=url.events if message.events is None else message.events,
        key=message.key or url.key,
    )
