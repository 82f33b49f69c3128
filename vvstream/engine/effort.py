"""How much of the engine's time those take who listen to it in real time, told before it is late.

Lateness tells that there are too many of them once the sound that they had been given ahead is
used up: seconds too late to stop those who have come in since. What a second of sound takes is
known as soon as somebody listens, and each who speaks will need a second every second.
"""

from __future__ import annotations

from collections import deque

REMEMBERED_SECONDS = 5.0  # first sounds of so long tell how many more there will be
PACE = 0.05  # what one tick says of all of them


class Effort:
    """Of `crew` threads that make a tick each at a time."""

    def __init__(self, crew: int) -> None:
        self._crew = crew
        self._of_sound = 0.0  # seconds of work for a second of it, in large pushes
        self._begins: deque[tuple[float, float]] = deque()  # ends of other ticks, and their seconds

    def expect(self, seconds: float) -> None:
        """Work for a second of sound of one who is alone, before there is anyone."""
        self._of_sound = seconds

    def add(self, now: float, seconds: float, sound: float, *, large: bool) -> None:
        """A tick is over that took so long and made so much sound, in pushes that are `large`:
        those that all who listen for longer get."""
        if not large:
            self._begins.append((now, seconds))
        elif sound > 0:
            self._of_sound += PACE * (seconds / sound - self._of_sound)

    def needed(self, now: float, listeners: int) -> float:
        """The share of the threads' time that so many need, 1 for all of it."""
        while self._begins and self._begins[0][0] < now - REMEMBERED_SECONDS:
            self._begins.popleft()
        begins = sum(seconds for _, seconds in self._begins) / REMEMBERED_SECONDS
        return (listeners * self._of_sound + begins) / self._crew
