"""One utterance's way through the stages, in counts: units in, frames, samples out.

All that is ragged lives here, in plain Python; the tensors are elsewhere. What a track asks for
depends on its units alone, never on when they came or on who else is being served, so that the
same text gives the same samples.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from vvstream.audio import HOP, UnitSpan

BOUNDARY = 0  # the unit before the first and after the last
PATCH = 4  # mel frames
FRAMES_PER_DURATION = 2  # durations count 25 ms
FIRST_FRAMES = 2  # of the opening boundary, as in training
LAST_FRAMES = 16  # of the closing one: what its frames are told about their place
TAIL_FRAMES = 4  # of the closing boundary that are heard
ENCODER_STEP = 4  # units
# How many patches each push makes: small ones first, so that speech begins at once.
GROWTH = (1, 1, 1, 1, 2, 2, 4, 4)


@dataclass(frozen=True, slots=True)
class Place:
    """What one frame says: token number, and where the frame lies inside it."""

    token: int
    offset: int
    length: int


class Track:
    """Counts for one utterance. `largest` is the largest push, in patches."""

    def __init__(self, speed: float, lookahead_units: int, delay: int, largest: int) -> None:
        self._speed = speed
        self._lookahead = lookahead_units
        self._delay = delay
        self._largest = largest
        self._pending: deque[int] = deque([BOUNDARY])
        self._fed = 0
        self._finished = False
        self._primed = False
        self._encoded = 0  # tokens whose duration is known
        self._carry = 0.0
        self._frames = 0  # on the timeline
        self._places: deque[Place] = deque()
        self._closing = -1  # frame at which the closing boundary begins
        self._pushes = 0
        self._spans: list[UnitSpan] = []
        self.heard = 0  # samples made, before trimming

    def feed(self, units: Sequence[int]) -> None:
        """Units of the inventory, without boundaries."""
        self._pending.extend(units)
        self._fed += len(units)

    def finish(self) -> None:
        """No more units: the closing boundary follows."""
        if not self._finished:
            self._finished = True
            self._pending.append(BOUNDARY)

    # Encoder

    def wants_prime(self) -> bool:
        """Whether the encoder has not begun and can."""
        return not self._primed and (self._finished or len(self._pending) >= self._lookahead)

    def prime_units(self) -> list[int]:
        self._primed = True
        return self._take(self._lookahead)

    def wants_units(self, frames: int) -> bool:
        """Whether the encoder must run before `frames` more frames can be made, and can."""
        if not self._primed or self._closing >= 0 or len(self._places) >= frames:
            return False
        return self._finished or len(self._pending) >= ENCODER_STEP

    def step_units(self) -> list[int]:
        return self._take(ENCODER_STEP)

    def _take(self, count: int) -> list[int]:
        # Past the end the encoder sees boundaries, as in training.
        return [self._pending.popleft() if self._pending else BOUNDARY for _ in range(count)]

    def add_durations(self, log_durations: Sequence[float]) -> None:
        """Puts the next tokens on the timeline: natural logs of their durations, in 25 ms."""
        for log_duration in log_durations:
            token = self._encoded
            self._encoded += 1
            if self._closing >= 0:
                continue
            if token == 0:
                self._append(token, FIRST_FRAMES)
            elif self._finished and token == self._fed + 1:
                self._closing = self._frames
            else:
                exact = FRAMES_PER_DURATION * math.exp(log_duration) / self._speed + self._carry
                length = max(1, round(exact))
                # What rounding takes it gives back to the next token, so that the rate is kept;
                # bounded, since a row of very short tokens must not swallow a long one.
                self._carry = min(1.0, max(-1.0, exact - length))
                start = self._frames * HOP + self._delay
                self._spans.append(UnitSpan(token - 1, start, start + length * HOP))
                self._append(token, length)

    def _append(self, token: int, length: int) -> None:
        self._places.extend(Place(token, offset, length) for offset in range(length))
        self._frames += length

    # Frames

    @property
    def push(self) -> int:
        """Frames of the next push."""
        patches = GROWTH[self._pushes] if self._pushes < len(GROWTH) else self._largest
        return PATCH * min(patches, self._largest)

    def has_frames(self, count: int) -> bool:
        return self._closing >= 0 or len(self._places) >= count

    def take_frames(self, count: int) -> list[Place]:
        """The next frames; after the closing boundary has begun there are always more."""
        taken = []
        for _ in range(count):
            if self._places:
                place = self._places.popleft()
            else:
                offset = min(self._frames - self._closing, LAST_FRAMES - 1)
                place = Place(self._fed + 1, offset, LAST_FRAMES)
                self._frames += 1
            taken.append(place)
        return taken

    def made(self, samples: int) -> int:
        """A push made so many samples; how many of them belong to the utterance."""
        self._pushes += 1
        kept = samples if self._closing < 0 else min(samples, self._length - self.heard)
        self.heard += kept
        return kept

    @property
    def _length(self) -> int:
        return (self._closing + TAIL_FRAMES) * HOP + self._delay

    @property
    def done(self) -> bool:
        return self._closing >= 0 and self.heard >= self._length

    def take_spans(self) -> list[UnitSpan]:
        """Spans of units whose times have become known, in samples made, before trimming."""
        spans, self._spans = self._spans, []
        return spans
