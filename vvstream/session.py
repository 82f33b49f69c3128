"""One listener: the machine, its voice, and the socket that happens to be there.

A session outlives its socket. It is driven by three things: what the socket brings (`serve`), what
the voice makes (`Speaker`), and the clock; each tells the machine, and the writer sends what the
machine then gives.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from vvstream.audio import FRAME_SAMPLES
from vvstream.config import Config
from vvstream.errors import BadRequest, TakenOver, VvstreamError
from vvstream.ports import Engine, Utterance
from vvstream.protocol.codec import dump, parse_message
from vvstream.protocol.commands import Close, Command, Rules
from vvstream.protocol.listener import FRAMES_PER_SECOND
from vvstream.protocol.machine import Machine, State
from vvstream.protocol.messages import ClientMessage
from vvstream.protocol.outbox import Packet
from vvstream.protocol.snapshot import Snapshot
from vvstream.pulse import Pulse
from vvstream.speaker import Speaker, Tools

__all__ = ["Engine", "Gone", "Session", "Socket", "Utterance", "rules"]

# A replay is a thousand frames at once: others get their turn in between.
TURN: Final = 16

log = logging.getLogger("vvstream.session")


class Gone(Exception):
    """The peer of a socket is no longer there."""


class Socket(Protocol):
    """A WebSocket, or what stands in for one."""

    def push(self, data: bytes) -> bool:
        """Send a binary message at once; False: it was not sent, since it would have to wait."""

    async def send(self, data: str | bytes) -> None:
        """Send a text or a binary message; waits where the peer is slow. Raises Gone."""

    async def receive(self) -> str | bytes:
        """The next message of the peer. Raises Gone."""

    async def close(self, code: int, reason: str) -> bool:
        """Close; no error if the peer is gone already. True: it answered, so it got everything."""

    def abort(self) -> None:
        """Drop the connection without a word."""


@dataclass(eq=False, slots=True)
class Connection:
    """A socket while it is attached."""

    socket: Socket
    gone: bool = False
    answered: bool = False
    taken_over: bool = False
    wake: Pulse = field(default_factory=Pulse)
    drained: Pulse = field(default_factory=Pulse)


def understand(data: str | bytes) -> ClientMessage | BadRequest:
    """A message of the client, or what is wrong with it."""
    if isinstance(data, bytes):
        return BadRequest("expected a JSON text message, got a binary one")
    try:
        return parse_message(data)
    except BadRequest as error:
        return error


def rules(config: Config) -> Rules:
    """The limits of a session, from the configuration."""
    session = config.session
    return Rules(
        lead_frames=max(1, round(session.lead_seconds * FRAMES_PER_SECOND)),
        window_frames=max(1, round(session.window_seconds * FRAMES_PER_SECOND)),
        replay_frames=round(session.replay_seconds * FRAMES_PER_SECOND),
        park=session.park_seconds,
        ttl=session.session_ttl,
        idle=session.idle_seconds,
        stall=session.stall_seconds,
        idle_flush=session.idle_flush_ms / 1000,
        characters=session.text_characters,
        flushes=session.flushes,
        replies=session.replies,
    )


class Session:
    """`over` is called once, when nothing of the session is left to be had; `keep` when a clause
    began to be heard, so that a snapshot is worth keeping."""

    def __init__(
        self,
        machine: Machine,
        tools: Tools,
        stall_seconds: float,
        over: Callable[["Session"], None],
        keep: Callable[["Session"], None] = lambda _: None,
    ) -> None:
        self.machine = machine
        self._speaker = Speaker(machine, tools, self._changed)
        self._stall = stall_seconds
        self._over: Callable[[Session], None] | None = over
        self._keep = keep
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | None = None

    def snapshot(self, owner: str) -> Snapshot:
        """What another server needs to go on."""
        machine, journal = self.machine, self._speaker.journal
        return Snapshot(
            machine.session_id,
            owner,
            machine.options,
            machine.pace,
            machine.markup,
            machine.kinds,
            machine.plain,
            machine.call,
            machine.received,
            machine.outbox.kept,
            journal.places,
            journal.orders,
        )

    def go_on(self, snapshot: Snapshot, from_seq: int) -> None:
        """Be the session of this snapshot, from a frame on. Raises NoSuchSession."""
        place = snapshot.place(from_seq)
        orders = snapshot.since(place)
        self.machine.go_on(snapshot.received, place, orders, from_seq)
        self._speaker.go_on(place, orders, from_seq)

    def end(self, error: VvstreamError) -> None:
        """Close the socket with the error's code, and forget the session."""
        self._obey(self.machine.fail(error))
        self._changed()

    async def serve(
        self,
        socket: Socket,
        from_seq: int | None = None,
        first: Iterable[ClientMessage | VvstreamError] = (),
    ) -> None:
        """Attach a socket until it closes; one that was there before is closed with 4409.

        `first`: messages that have come already, or what was wrong with them.
        Raises NoSuchSession, BadRequest: nothing was changed then.
        """
        self.machine.attach(from_seq, _now())
        self._speaker.unpark()
        if (before := self._connection) is not None:
            before.taken_over = True
            before.wake.ring()
        connection = self._connection = Connection(socket)
        for message in first:
            self._take_in(message)
        self._changed()
        reader = asyncio.create_task(self._read(connection))
        try:
            await self._write(connection)
        finally:
            reader.cancel()
            if self._connection is connection:
                self._connection = None
                self._obey(self.machine.detach(_now(), answered=connection.answered))
                self._changed()

    async def _read(self, connection: Connection) -> None:
        try:
            while True:
                data = await connection.socket.receive()
                while self.machine.congested and connection is self._connection:
                    await connection.drained.wait(math.inf)
                if connection is not self._connection:
                    return
                self._take_in(understand(data))
                self._changed()
        except Gone:
            connection.gone = True
            connection.wake.ring()

    def _take_in(self, message: ClientMessage | VvstreamError) -> None:
        if isinstance(message, VvstreamError):
            self.machine.refuse(message)
        else:
            self._obey(self.machine.receive(message, _now()))

    async def _write(self, connection: Connection) -> None:
        socket, sent, untold = connection.socket, 0, False
        while not connection.gone:
            if connection.taken_over:
                await socket.close(TakenOver.code, "another socket goes on with this session")
                return
            if burst := self._push(socket):
                untold = False
                self._sent(connection)
                if burst == TURN:
                    await asyncio.sleep(0)
                continue
            output = self.machine.take(_now())
            # Nearly every frame goes at once, and a deadline costs as much as the sending.
            at_once = isinstance(output, Packet) and socket.push(output.pcm)
            if untold and not at_once:
                # Once for all frames of a turn of the loop: nobody acts in between.
                untold = False
                self._sent(connection)
            if output is None:
                await connection.wake.wait(math.inf)
                continue
            try:
                if not at_once:
                    async with asyncio.timeout(self._stall):
                        match output:
                            case Close(code, reason):
                                connection.answered = await socket.close(code, reason)
                                return
                            case Packet():
                                await socket.send(output.pcm)
                            case _:
                                await socket.send(dump(output))
            except Gone:
                return
            except TimeoutError:
                log.info("stalled", extra={"record": {"session": self.machine.session_id}})
                socket.abort()
                return
            untold = True
            sent += 1
            if not sent % TURN:
                untold = False
                self._sent(connection)
                await asyncio.sleep(0)

    def _push(self, socket: Socket) -> int:
        """Send what frames can be sent at once; how many."""
        given = 0
        for frame in self.machine.coming(TURN):
            if not socket.push(frame):
                break
            given += 1
        if given:
            self.machine.gave(given, _now())
        return given

    def _sent(self, connection: Connection) -> None:
        """Something was sent: there is room, and a clause may have begun to be heard."""
        connection.drained.ring()
        self._speaker.moved()
        heard = self.machine.outbox.sent * FRAME_SAMPLES
        if self._speaker.journal.sent(heard) and self.machine.state is not State.CLOSED:
            self._keep(self)

    def _obey(self, commands: Iterable[Command]) -> None:
        for command in commands:
            self._speaker.obey(command)

    def _changed(self) -> None:
        """The machine was told something: wake whoever may have to act on it."""
        self._speaker.moved()
        if self._connection is not None:
            self._connection.wake.ring()
        if self.machine.state is State.CLOSED and not self.machine.attached:
            self._finish()
        else:
            self._arm()

    def _arm(self) -> None:
        """Have the clock ring no later than the machine's deadline."""
        deadline = self.machine.deadline()
        if self._timer is not None and self._timer.when() > deadline:
            self._timer.cancel()
            self._timer = None
        if self._timer is None and deadline < math.inf:
            self._timer = asyncio.get_running_loop().call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._obey(self.machine.tick(_now()))
        self._changed()

    def _finish(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        over, self._over = self._over, None
        if over is not None:
            over(self)


def _now() -> float:
    return asyncio.get_running_loop().time()
