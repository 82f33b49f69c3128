"""uvicorn's two protocols with our limits: nothing waits for ever, each refusal is in words.

h11 and wsproto are used because of long URLs: a text of 5,000 Chinese characters is 45 KB once
percent-encoded, and the `websockets` implementations stop at a request line of 8,192 bytes.
"""

import asyncio
import math
import socket
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, cast

import h11
import uvicorn
from uvicorn._types import ASGISendEvent, WebSocketEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from uvicorn.server import ServerState
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Request,
    TextMessage,
)

from vvstream.config import Server
from vvstream.errors import MessageTooBig
from vvstream.protocol.codec import close_reason
from vvstream.wire.cork import Cork
from vvstream.wire.handshake import refusal

# Of a socket, in our own memory: a dozen frames. The kernel's part is in the configuration.
WRITE_BUFFER: Final = 8_192
# What stands before a binary message of so many bytes: RFC 6455, 5.2; unmasked, in one piece.
SHORT: Final = 126
LONG: Final = 65_536


class ServerConfig(uvicorn.Config):
    """uvicorn's configuration, and ours for its protocols.

    `shared`: connections may be handed over to another process, so what is read is kept until it
    is known which one goes on.
    """

    def __init__(self, app: Any, limits: Server, *, shared: bool = False) -> None:
        super().__init__(
            app,
            host=limits.host,
            port=limits.port,
            loop="asyncio",
            http=HttpProtocol,
            ws=WebSocketProtocol,
            ws_max_size=limits.message_bytes,
            ws_ping_interval=limits.ping_seconds,
            ws_ping_timeout=limits.ping_timeout_seconds,
            # PCM does not compress, and a window per listener is memory.
            ws_per_message_deflate=False,
            h11_max_incomplete_event_size=limits.request_bytes,
            lifespan="on",
            # Its lines hold the URL, and with it what is to be spoken.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=math.ceil(limits.drain_seconds),
        )
        self.limits = limits
        self.shared = shared


class HttpProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for each request, and refusals that say what was wrong."""

    deadline: asyncio.TimerHandle | None = None
    refused = False

    @property
    def limits(self) -> Server:
        """Ours."""
        return cast(ServerConfig, self.config).limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection: from now on it has `handshake_seconds` for a request."""
        super().connection_made(transport)
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._clear_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes; after a refusal they are read and dropped, so that it arrives."""
        if self.refused:
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._clear_deadline()
        elif self.deadline is None:
            self._set_deadline()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """The request was to be a handshake: another protocol goes on."""
        if (wrong := refusal(event)) is not None:
            self._refuse(wrong.status, wrong.phrase, wrong.text, wrong.headers)
            return
        self._clear_deadline()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Refuse what h11 could not read."""
        if len(self.conn.trailing_data[0]) > self.limits.request_bytes:
            limit = self.limits.request_bytes
            self._refuse(414, "URI Too Long", f"The URL and its headers are over {limit} bytes.")
        else:
            text = (
                "This is no HTTP/1.1 request, which begins with a line such as GET /stream HTTP/1.1"
                " and names a Host; in a URL all but ASCII is percent-encoded."
            )
            self._refuse(400, "Bad Request", text)

    def _refuse(
        self, status: int, phrase: str, text: str, headers: Sequence[str] = ()
    ) -> None:
        self.refused = True
        self._clear_deadline()
        body = f"{text}\n".encode()
        head = (
            f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n"
            + "".join(f"{header}\r\n" for header in (*headers, ""))
        )
        self.transport.write(head.encode() + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        # Closing now would reset the connection under a peer that is still sending.
        self.loop.call_later(self.limits.close_seconds, self.transport.abort)

    def _set_deadline(self) -> None:
        self.deadline = self.loop.call_later(self.limits.handshake_seconds, self._late)

    def _clear_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _late(self) -> None:
        self.deadline = None
        seconds = self.limits.handshake_seconds
        self._refuse(408, "Request Timeout", f"No whole request came within {seconds:g} s.")


class WebSocketProtocol(WSProtocol):
    """A WebSocket whose buffers are small and whose end is certain."""

    answered = False
    """The peer has answered our close: it got all that was sent before."""
    handshake: bytes | None = None
    """Where the connection may be handed over: the request,"""
    rest: bytes = b""
    """and what came after it."""

    @property
    def limits(self) -> Server:
        """Ours."""
        return cast(ServerConfig, self.config).limits

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The handshake has come."""
        super().connection_made(cast(asyncio.Transport, Cork(transport)))
        self.lost = asyncio.Event()
        self.close_timeout = self.limits.close_seconds
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            size = self.limits.send_buffer_bytes
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
            # asyncio sets it too, but not on every kind of listening socket.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        self.lost.set()

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer; the first of them are the whole handshake."""
        if cast(ServerConfig, self.config).shared:
            if self.handshake is None:
                self.handshake = data
            elif self.handshake:
                self.rest += data
        super().data_received(data)

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken."""
        cast(Cork, self.transport).flush()
        return self.transport.get_write_buffer_size()

    def settle(self) -> None:
        """The connection stays: what was read is not needed any more."""
        self.handshake, self.rest = b"", b""

    def push(self, data: bytes) -> bool:
        """Send a binary message; False if there is no room for it, or the connection is closed.

        A listener gets fifty of these a second: nothing lies between this and the socket.
        """
        if self.disconnected or self.close_sent or not self.writable.is_set():
            return False
        if self.transport.is_closing():
            return False
        self.transport.write(_head(len(data)) + data)
        return True

    async def send_bytes(self, data: bytes) -> bool:
        """Send a binary message; False if the connection is closed, or about to be."""
        await self.writable.wait()
        return self.push(data)

    def handle_connect(self, event: Request) -> None:
        """Tell the endpoint who carries it."""
        super().handle_connect(event)
        cast(dict[str, Any], self.scope["extensions"])["vvstream"] = self

    def handle_close(self, event: CloseConnection) -> None:
        """The peer closes; or, while the connection is open, wsproto could not read it."""
        if self.conn.state is ConnectionState.OPEN and not self.close_sent:
            self._fail(event.code, f"not a WebSocket message: {event.reason}")
        else:
            self.answered = self.close_sent
            super().handle_close(event)

    def handle_message(self, event: TextMessage | BytesMessage) -> None:
        """Refuse what is too big."""
        size = len(event.data.encode()) if isinstance(event, TextMessage) else len(event.data)
        if self.buffer.length + size <= self.config.ws_max_size:
            super().handle_message(event)
            return
        limit = self.config.ws_max_size
        self._fail(MessageTooBig.code, f"message too big: {limit} bytes or fewer are expected")

    def _fail(self, code: int, reason: str) -> None:
        """Close, and read on until the peer does: a reset would destroy what we say."""
        self.close_sent = True
        self.stop_keepalive()
        self.buffer.clear()
        gone: WebSocketEvent = {"type": "websocket.disconnect", "code": code, "reason": reason}
        self.queue.put_nowait(gone)
        reason = close_reason(reason)
        self.transport.write(self.conn.send(CloseConnection(code=code, reason=reason)))
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def handle_ping(self, event: Ping) -> None:
        """Answer, unless the peer pings without reading: its answers must not pile up."""
        if self.transport.get_write_buffer_size() <= WRITE_BUFFER:
            super().handle_ping(event)

    def keepalive_timeout(self) -> None:
        """The peer is not there: what it was sent must not keep the connection."""
        super().keepalive_timeout()
        self.abort_later()

    def abort_later(self) -> None:
        """Drop the connection if it does not close in time; none if it did."""
        self.loop.call_later(2 * self.close_timeout, self.transport.abort)


class AdoptedProtocol(WebSocketProtocol):
    """A connection that another process has accepted, and read `rest` from."""

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        handshake: bytes,
        rest: bytes,
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._request = handshake
        self._held: bytes | None = rest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read the handshake again."""
        super().connection_made(transport)
        # It is ours now: nobody hands it on.
        self.handshake = b""
        WSProtocol.data_received(self, self._request)

    def data_received(self, data: bytes) -> None:
        """What comes before the endpoint has accepted waits its turn."""
        if self._held is not None:
            self._held += data
        else:
            super().data_received(data)

    async def send(self, message: ASGISendEvent) -> None:
        """The client was told already that it is accepted."""
        if self._held is None or message["type"] != "websocket.accept" or self.disconnected:
            await super().send(message)
            return
        self.handshake_complete = True
        self.conn.send(AcceptConnection())
        self.start_keepalive()
        held, self._held = self._held, None
        if held:
            super().data_received(held)


@lru_cache(maxsize=64)
def _head(length: int) -> bytes:
    """What stands before so many bytes of a binary message."""
    if length < SHORT:
        return bytes((0x82, length))
    if length < LONG:
        return b"\x82\x7e" + length.to_bytes(2, "big")
    return b"\x82\x7f" + length.to_bytes(8, "big")
