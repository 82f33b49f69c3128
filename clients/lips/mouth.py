"""From a row of visemes to a mouth that moves as mouths do: coarticulation by dominance.

Each viseme pulls at the mouth while it lasts, and, fading, before and after it; the mouth is the
average of what pulls, weighted by how strongly (M. Cohen, D. Massaro: Modeling coarticulation in
synthetic visual speech, 1993). Lips that must close are strong and brief; rounding begins early.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

HORIZON = 0.3
"""Seconds: what is farther away pulls no more. Visemes must be known so far ahead."""
REST = 1e-3  # how strongly a mouth falls shut when nothing pulls


@dataclass(frozen=True, slots=True)
class Shape:
    """One viseme and its time, in seconds."""

    viseme: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Pull:
    """How a viseme pulls: `strength` while it lasts, and by how many seconds it reaches further."""

    strength: float
    before: float
    after: float


VOWEL, CONSONANT = Pull(1.0, 0.05, 0.05), Pull(0.7, 0.035, 0.035)
PULLS: Mapping[str, Pull] = {
    "sil": Pull(0.8, 0.05, 0.05),
    "PP": Pull(6.0, 0.035, 0.03),
    "FF": Pull(5.0, 0.04, 0.03),
    "CH": Pull(1.5, 0.08, 0.05),
    "RR": Pull(1.0, 0.07, 0.05),
    "aa": VOWEL,
    "E": VOWEL,
    "ih": VOWEL,
    "oh": Pull(1.2, 0.09, 0.06),
    "ou": Pull(1.3, 0.10, 0.06),
}


class Mouth:
    """The visemes around the present."""

    def __init__(self) -> None:
        self._shapes: deque[Shape] = deque()

    def add(self, shape: Shape) -> None:
        """Shapes come in the order of their time; where that goes back, a new clock has begun."""
        if self._shapes and shape.start < self._shapes[-1].start:
            self._shapes.clear()
        self._shapes.append(shape)

    def close_at(self, now: float) -> None:
        """Speech was broken off: nothing that begins after `now` will be heard."""
        while self._shapes and self._shapes[-1].start >= now:
            self._shapes.pop()
        if self._shapes and self._shapes[-1].end > now:
            last = self._shapes.pop()
            self._shapes.append(Shape(last.viseme, last.start, now))

    def at(self, now: float) -> dict[str, float]:
        """The share of each viseme in the mouth, together 1. `now` never goes back."""
        while self._shapes and self._shapes[0].end < now - HORIZON:
            self._shapes.popleft()
        pulls = {"sil": REST}
        for shape in self._shapes:
            if shape.start > now + HORIZON:
                break
            pulls[shape.viseme] = pulls.get(shape.viseme, 0.0) + pull(shape, now)
        total = sum(pulls.values())
        return {viseme: strength / total for viseme, strength in pulls.items()}


def pull(shape: Shape, now: float) -> float:
    """How strongly a shape pulls: full while it lasts, then falling as a bell curve does."""
    how = PULLS.get(shape.viseme, CONSONANT)
    if now < shape.start:
        distance = (shape.start - now) / how.before
    else:
        distance = max(0.0, now - shape.end) / how.after
    return how.strength * math.exp(-distance * distance)
