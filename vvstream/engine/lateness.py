"""How often, and by how much, a tick came too late for its listeners."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

REMEMBERED = 1_000  # ticks


class Lateness:
    """Counts late ticks, and remembers how late the last ones were."""

    def __init__(self) -> None:
        self.late_ticks = 0
        self._last: deque[float] = deque(maxlen=REMEMBERED)

    def add(self, seconds: Sequence[float]) -> None:
        """One tick: of each utterance, the seconds by which it was served later, from when it was
        due, than what it got lasts; negative is in time."""
        worst = max(seconds, default=0.0)
        self.late_ticks += worst > 0
        self._last.append(max(0.0, worst))

    def p99(self) -> float:
        """Seconds, of the last ticks; 0 where none was late."""
        ordered = sorted(self._last)
        return ordered[len(ordered) * 99 // 100] if ordered else 0.0
