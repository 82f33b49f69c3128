"""A client of vvstream in one file: needs only `websockets`.

A text known beforehand is one call::

    async for frame in speak("ws://localhost:7860/stream", "Good morning."):
        play(frame)                       # 640 bytes: 20 ms of s16le mono at 16 kHz

A text that is still being written is a session, which survives a lost network::

    async with Session("ws://localhost:7860/stream", Options(events=("word",))) as session:
        await session.send("Good mor")
        await session.send("ning.")
        await session.end()
        async for frame, events in session:
            play(frame)

For programs without an event loop the same is in vvstream_sync.py.
"""

import asyncio
import json
import random
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeAlias
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

SAMPLE_RATE = 16_000
FRAME_BYTES = 640
FRAME_SECONDS = 0.02

Event: TypeAlias = Mapping[str, Any]
"""A message of the server as it came, e.g. {"type": "word", "text": "Hello", "start": 0.12, …}."""

DONE = 1000
NO_SESSION = 4404
IDLE = 4408
# The connection went away, the session did not: going away, lost, no answer to pings, restarted,
# try again later, no acks (who paused for long), overloaded.
RESUMABLE = frozenset({1001, 1006, 1011, 1012, 1013, 4408, 4503})
# Times of these lie inside a frame, so they are given out together with it.
TIMED = frozenset({"word", "phoneme", "viseme"})
ACK_EVERY = 5  # frames: ten times a second; the server makes half a second beyond the last ack
OUTBOX = 4_096  # messages kept for sending again after a resume
READY_SECONDS = 10.0
# A network that vanished without a word is noticed so soon, while there is still enough of the
# session to come back to.
PING_SECONDS = 5.0
PONG_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to speak. What is None is left to the server."""

    voice: str | None = None
    language: str | None = None
    cfg: float | None = None
    steps: int | None = None
    speed: float | None = None
    seed: int | None = None
    pace: str | None = None
    events: tuple[str, ...] | None = None
    key: str | None = None
    """An API key, for servers that ask for one; sent as a header, never in the URL."""

    def given(self) -> dict[str, Any]:
        """Only what was set, as the protocol names it."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["key"]
        return {name: value for name, value in values.items() if value is not None}


class SpeechError(Exception):
    """The server refused, failed or could not be reached.

    `code` is its WebSocket close code (docs/protocol.md), 0 where it was never reached;
    `retry_after` is in seconds, where the server named a time.
    """

    def __init__(self, code: int, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after


async def speak(url: str, text: str, options: Options | None = None) -> AsyncGenerator[bytes, None]:
    """Yield the frames of a whole text: the plain call, no JSON. Raises SpeechError."""
    options = options or Options()
    query = {"text": text, **replace(options, events=None).given()}
    socket = await _connect(_with_query(url, query), options.key)
    try:
        async for message in socket:
            if isinstance(message, bytes):
                yield message
    except ConnectionClosed:
        pass  # the code below tells why
    finally:
        await socket.close()
    if socket.close_code != DONE:
        raise _refusal(socket, None)


class Session:
    """One listener's session; connect with `async with`, then iterate. One consumer.

    A lost connection is resumed by itself, with exponential backoff and jitter, for up to
    `patience` seconds: frames go on where they stopped and text that was lost is sent again. Where
    the server has lost the session and nothing of it was heard yet, it is begun anew.
    """

    def __init__(self, url: str, options: Options | None = None, *, patience: float = 30.0) -> None:
        self.session_id: str | None = None
        self.next_seq = 0
        """The number of the frame that comes next."""
        self.resumed = 0
        """How many times the connection was lost and found again."""
        self._url = url
        self._options = options or Options()
        self._patience = patience
        self._socket: ClientConnection | None = None
        self._outbox: deque[str] = deque(maxlen=OUTBOX)
        self._queued = 0  # messages ever put into the outbox
        self._sent = 0  # of these, how many were handed to a socket
        self._sending = asyncio.Lock()
        self._error: Event | None = None

    async def __aenter__(self) -> Self:
        self._socket = await self._open({})
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def send(self, text: str) -> None:
        """Append to the running utterance; may be cut anywhere, even inside a word."""
        await self._put({"type": "text", "text": text})

    async def flush(self) -> None:
        """Speak all that was sent; answered by a `flushed` event."""
        await self._put({"type": "flush"})

    async def update(self, options: Options) -> None:
        """Speak differently from the next clause on: what is given of voice, language, cfg, steps,
        speed and seed. A refusal comes as an `error` event.
        """
        await self._put({"type": "update", **options.given()})

    async def cancel(self) -> None:
        """Drop all that was not spoken; answered by a `cancelled` event with the word reached.

        Frames that come before that event were on their way: who plays them is heard saying them.
        """
        await self._put({"type": "cancel"})

    async def end(self) -> None:
        """No more text: the iteration ends after the last frame."""
        await self._put({"type": "end"})

    async def __aiter__(self) -> AsyncGenerator[tuple[bytes, list[Event]], None]:
        """Yield each frame with the events that fall into it.

        Answers that belong to no frame (`flushed`, `cancelled`, `done`, `warning`, `error`) come at
        once, with an empty frame. Raises SpeechError when the server refuses or stays away.
        """
        timed: list[Event] = []
        while True:
            socket = self._live()
            try:
                async for message in socket:
                    if isinstance(message, bytes):
                        self.next_seq += 1
                        yield message, timed
                        timed = []
                        # The consumer came back for more, so it has played this one.
                        if self.next_seq % ACK_EVERY == 0:
                            # A closed socket may still hold frames that were not read.
                            with suppress(ConnectionClosed):
                                await socket.send(_dump({"type": "ack", "seq": self.next_seq - 1}))
                        continue
                    event: Event = json.loads(message)
                    if event.get("type") in TIMED:
                        timed.append(event)
                    else:
                        if event.get("type") == "error":
                            self._error = event
                        yield b"", [event]
            except ConnectionClosed:
                pass  # the code below tells why
            if socket.close_code == DONE:
                return
            if socket.close_code not in RESUMABLE or self.session_id is None:
                raise _refusal(socket, self._error)
            await self._resume(_refusal(socket, self._error))
            timed = []  # the server sends them again, before their frame

    async def _put(self, message: Mapping[str, Any]) -> None:
        self._outbox.append(_dump(message))
        self._queued += 1
        await self._pump(self._live())

    async def _pump(self, socket: ClientConnection) -> None:
        """Send what waits. Where the socket is gone, the resume sends it."""
        with suppress(ConnectionClosed):
            async with self._sending:
                while self._sent < self._queued:
                    first = self._queued - len(self._outbox)
                    if self._sent < first:
                        raise SpeechError(0, "too much text was lost to resume the session")
                    await socket.send(self._outbox[self._sent - first])
                    self._sent += 1

    async def _open(self, query: Mapping[str, Any]) -> ClientConnection:
        """Connect, start or resume, and take the server's `ready`."""
        socket = await _connect(_with_query(self._url, query), self._options.key)
        try:
            if not query:
                await socket.send(_dump({"type": "start", **self._options.given()}))
            async with asyncio.timeout(READY_SECONDS):
                ready: Event = json.loads(await socket.recv(decode=True))
        except ConnectionClosed:
            raise _refusal(socket, None) from None
        except TimeoutError:
            await socket.close()
            raise SpeechError(1006, "the server did not answer") from None
        if ready.get("type") == "error":
            await socket.close()
            raise _told(ready)
        self.session_id = ready.get("session_id")
        # How many of our messages had arrived before the connection was lost.
        self._sent = int(ready.get("received", self._sent))
        return socket

    async def _resume(self, lost: SpeechError) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._patience
        query = {"session_id": self.session_id, "from": self.next_seq}
        for attempt in range(1_000):
            # Full jitter: a thousand clients of a restarted server must not come back as one.
            pause = random.uniform(0.0, min(5.0, 0.1 * 2.0 ** min(attempt, 10)))
            pause = max(pause, lost.retry_after or 0.0)
            if clock() + pause > deadline:
                break
            await asyncio.sleep(pause)
            try:
                self._socket = await self._open(query)
            except SpeechError as error:
                if error.code == NO_SESSION and lost.code == IDLE:
                    raise lost from None  # why it is over, and not that it is
                if error.code == NO_SESSION and not self.next_seq and self._complete:
                    query = {}
                elif error.code and error.code not in RESUMABLE:
                    raise
                else:
                    lost = error
                continue
            self.resumed += 1
            await self._pump(self._socket)
            return
        raise lost

    @property
    def _complete(self) -> bool:
        """All that was ever sent could be sent again."""
        return self._queued == len(self._outbox)

    def _live(self) -> ClientConnection:
        if self._socket is None:
            raise RuntimeError("a Session is used inside `async with`")
        return self._socket


async def _connect(url: str, key: str | None) -> ClientConnection:
    host = urlsplit(url).hostname or ""
    local = host in {"localhost", "127.0.0.1", "::1"}
    try:
        # PCM does not compress, and a proxy is no way to one's own machine. Who leaves early does
        # not read what is still coming, so the server's goodbye may never be reached.
        return await connect(
            url,
            additional_headers={"Authorization": f"Bearer {key}"} if key else None,
            compression=None,
            close_timeout=0.25,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            proxy=None if local else True,
        )
    except InvalidURI:
        raise SpeechError(0, f"{url} is not a WebSocket address (ws://host:port/stream)") from None
    except (OSError, TimeoutError, InvalidHandshake) as error:
        detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SpeechError(0, f"cannot reach {url.partition('?')[0]}: {detail}") from None


def _with_query(url: str, query: Mapping[str, Any]) -> str:
    if not query:
        return url
    parts = urlsplit(url)
    joined = "&".join(filter(None, [parts.query, urlencode(query, errors="replace")]))
    return urlunsplit(parts._replace(query=joined))


def _refusal(socket: ClientConnection, error: Event | None) -> SpeechError:
    """What the server said last: its close code, and its `error` message where there was one."""
    code = socket.close_code or 1006
    if error is not None and error.get("code") == code:
        return _told(error)
    return SpeechError(code, socket.close_reason or f"connection closed with {code}")


def _told(error: Event) -> SpeechError:
    return SpeechError(int(error["code"]), str(error["message"]), error.get("retry_after"))


def _dump(message: Mapping[str, Any]) -> str:
    return json.dumps(message)  # escaped, so that a lone surrogate of the caller is not our crash
