"""How often, and by how much, a tick came too late for its listeners."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

REMEMBERED_SECONDS = 5.0  # what is longer ago says nothing of now


class Lateness:
    """Counts late ticks, and remembers how late those of the last seconds were."""

    def __init__(self) -> None:
        self.late_ticks = 0
        self._last: deque[tuple[float, float]] = deque()  # when, and how late

    def add(self, now: float, seconds: Sequence[float]) -> None:
        """One tick: of each utterance, the seconds by which it was served later, from when it was
        due, than what it got lasts; negative is in time."""
        worst = max(seconds, default=0.0)
        self.late_ticks += worst > 0
        self._last.append((now, max(0.0, worst)))
        self._forget(now)

    def p99(self, now: float) -> float:
        """Seconds, of the ticks of the last seconds; 0 where none was late."""
        if not self.late_ticks:
            return 0.0
        self._forget(now)
        ordered = sorted(late for _, late in self._last)
        return ordered[len(ordered) * 99 // 100] if ordered else 0.0

    def _forget(self, now: float) -> None:
        while self._last and self._last[0][0] < now - REMEMBERED_SECONDS:
            self._last.popleft()
