"""The listener's clock: how many of the frames that were sent have been played.

A listener that acks is believed. One that does not is taken to play in real time whatever it has:
a bucket that fills with each frame sent and drains at 50 frames a second.
"""

from typing import Final

FRAMES_PER_SECOND: Final = 50.0


class ListenerClock:
    """Positions are in frames from the session's start; `now` in seconds, never going back."""

    def __init__(self, now: float) -> None:
        self.acking = False
        self.acked = 0
        """Frames before this were played, by the listener's word."""
        self._sent = 0
        self._level = 0.0  # frames sent and not yet played, at _at
        self._at = now

    def attach(self, seq: int, now: float) -> None:
        """A socket begins at frame `seq`; whatever was before has been played."""
        self.acked = self._sent = seq
        self._level, self._at = 0.0, now

    def sent(self, seq: int, now: float) -> None:
        """All frames before `seq` were sent."""
        self._level = self._left(now) + seq - self._sent
        self._sent, self._at = seq, now

    def ack(self, seq: int) -> None:
        """The listener played frame `seq` and all before it."""
        self.acking = True
        self.acked = max(self.acked, seq + 1)

    def played(self, now: float) -> float:
        """How many frames were played."""
        return float(self.acked) if self.acking else self._sent - self._left(now)

    def _left(self, now: float) -> float:
        return max(0.0, self._level - (now - self._at) * FRAMES_PER_SECOND)
