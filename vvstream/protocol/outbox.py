"""What was made for the listener: sent frames kept for replay, made frames that wait.

Frames are numbered without a gap. Of these, [kept, sent) can be replayed and [sent, made) waits;
a mark is a message that stands between two frames.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from vvstream.errors import BadRequest, NoSuchSession
from vvstream.protocol.messages import ServerMessage, Timed

KEPT_MARKS: Final = 64
FRAME_SAMPLES: Final = 320


@dataclass(frozen=True, slots=True)
class Packet:
    """A frame of audio, 640 bytes, and the events that begin in it."""

    seq: int
    pcm: bytes
    events: tuple[Timed, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A message that follows frame `seq - 1` and precedes frame `seq`."""

    seq: int
    message: ServerMessage


class Outbox:
    """The ring of one session, which begins at frame `first`; so many sent frames are kept."""

    def __init__(self, keep: int, first: int = 0) -> None:
        self.kept = self.sent = self.made = first
        self._keep = keep
        self._packets: deque[Packet] = deque()
        self._marks: deque[Mark] = deque()
        self._marked = 0  # of _marks, how many were sent

    @property
    def unsent(self) -> int:
        """How many frames wait."""
        return self.made - self.sent

    @property
    def empty(self) -> bool:
        """Nothing waits, neither frame nor mark."""
        return not self.unsent and self._marked == len(self._marks)

    def push(self, packet: Packet) -> None:
        """Append the next frame. Raises ValueError for any other."""
        if packet.seq != self.made:
            raise ValueError(f"expected frame {self.made}, got {packet.seq}")
        self._packets.append(packet)
        self.made += 1

    def mark(self, message: ServerMessage) -> None:
        """Put a message after the newest frame."""
        self._marks.append(Mark(self.made, message))

    def take(self) -> list[ServerMessage | Packet]:
        """Give the next frame after all that precedes it, or the marks after the last one."""
        taken: list[ServerMessage | Packet] = []
        while self._marked < len(self._marks) and self._marks[self._marked].seq <= self.sent:
            taken.append(self._marks[self._marked].message)
            self._marked += 1
        if self.unsent:
            packet = self._packets[self.sent - self.kept]
            self.sent += 1
            taken += [*packet.events, packet]
        self.free(self.sent - self._keep)
        return taken

    def coming(self, most: int) -> list[bytes]:
        """The next frames before which nothing else is to be given, so many at most."""
        if self._marked < len(self._marks):
            most = min(most, self._marks[self._marked].seq - self.sent)
        begin, frames = self.sent - self.kept, list[bytes]()
        for at in range(begin, min(begin + most, len(self._packets))):
            packet = self._packets[at]
            if packet.events:
                break
            frames.append(packet.pcm)
        return frames

    def gave(self, frames: int) -> None:
        """So many of these were sent."""
        self.sent += frames
        self.free(self.sent - self._keep)

    def ack(self, seq: int) -> None:
        """The listener has played this frame: none before it is asked for again. Raises
        BadRequest."""
        if seq >= self.sent:
            raise BadRequest(f"ack: {self.sent} frames were sent, from 0 on; got {seq}")
        self.free(seq + 1)

    def free(self, seq: int) -> None:
        """Forget the frames before `seq`, of those that were sent."""
        while self.kept < min(seq, self.sent):
            self._packets.popleft()
            self.kept += 1
        # A client that flushes without a text makes marks and no frames.
        while self._marked and (self._marks[0].seq < self.kept or self._marked > KEPT_MARKS):
            self._marks.popleft()
            self._marked -= 1

    def rewind(self, seq: int) -> None:
        """Send again from `seq` on. Raises NoSuchSession, BadRequest."""
        if seq > self.sent:
            raise BadRequest(f"from: expected {self.sent} or less, the next frame; got {seq}")
        if seq < self.kept:
            raise NoSuchSession(f"from: frames before {self.kept} are gone, got {seq}")
        self.sent = seq
        while self._marked and self._marks[self._marked - 1].seq >= seq:
            self._marked -= 1

    def drop(self) -> None:
        """Forget all that waits, but for the marks whose turn it is."""
        while self.made > self.sent:
            self._packets.pop()
            self.made -= 1
        while self._marks and self._marks[-1].seq > self.sent:
            self._marks.pop()
