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

import numpy as np
from numpy.typing import NDArray

from vvstream.audio import HOP, SAMPLE_RATE, UnitSpan
from vvstream.engine.shape import Shape
from vvstream.options import PLAIN, Manner

BOUNDARY = 0  # the unit before the first and after the last
PATCH = 4  # mel frames
FRAMES_PER_DURATION = 2  # durations count 25 ms
FIRST_FRAMES = 2  # of the opening boundary, as in training
LAST_FRAMES = 16  # of the closing one: what its frames are told about their place
TAIL_FRAMES = 4  # of the closing boundary that are heard
ENCODER_STEP = 4  # units
# The teacher's durations run behind its sound, and so do ours: so many frames before a unit's first
# frame it is heard (bench/alignment.py).
LAG = 3  # frames
PAUSES = frozenset((1, 2, 3, 4, 5, 6, 9, 10))  # units: ; : , . ! ? — …
# Who speaks faster saves more on the pauses than on the sounds, and who speaks slowly spends more
# on them (Goldman-Eisler 1968): a pause changes with this power of the rate. It stays a pause.
PAUSE_POWER = 1.3
SHORTEST_PAUSE = 3  # frames, unless the voice made it shorter itself
# What a frame is told about its place in a pause that was asked for: training knew none longer.
LONGEST_KNOWN = 40  # frames
# How many patches each push makes: small ones first, so that speech begins at once.
GROWTH = (1, 1, 1, 1, 2, 2, 4, 4)


@dataclass(slots=True)
class _Token:
    """A token on the timeline, of which `at` frames are taken."""

    number: int
    frames: int
    known: int  # the length that its frames are told
    at: int = 0

    def offsets(self, count: int) -> Sequence[int]:
        """Where its next frames lie inside it; what is between its ends stands still."""
        taken = range(self.at, self.at + count)
        if self.known == self.frames:
            return taken
        half, less = self.known // 2, self.frames - self.known
        return [at if at < half else max(half, at - less) for at in taken]


class Track:
    """Counts for one utterance. `largest` is the largest push, in patches.

    `context`: units that were spoken before it. The encoder sees them first, so that the rate and
    the melody go on from there; the last of them stands where else the opening boundary does.
    """

    def __init__(
        self,
        speed: float,
        lookahead_units: int,
        delay: int,
        largest: int,
        context: Sequence[int] = (),
    ) -> None:
        self._speed = speed
        self._delay = delay
        self._largest = largest
        self._pending: deque[int] = deque([BOUNDARY, *context])
        self.opening_units = len(context) + lookahead_units + ENCODER_STEP
        self._timed: deque[int] = deque()  # units whose duration is to come
        self._fed = 0
        self._finished = False
        self._begun = False
        self._encoded = 0  # tokens whose duration is known
        self._carry = 0.0
        self._frames = 0  # on the timeline
        self._tokens: deque[_Token] = deque()
        self._ready = 0  # frames of these
        self._closing = -1  # frame at which the closing boundary begins
        self._pushes = 0
        self._spans: list[UnitSpan] = []
        self._taken = 0  # frames
        self.shape = Shape()
        self.opens_silent = False  # a pause was asked for before the first sound
        self.heard = 0  # samples made, before trimming

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Units of the inventory, without boundaries."""
        if units:
            self.shape.feed(self._fed + 1, manner)
            self.opens_silent = self.opens_silent or (not self._fed and manner.seconds is not None)
        self._pending.extend(units)
        self._timed.extend(units)
        self._fed += len(units)

    def finish(self) -> None:
        """No more units: the closing boundary follows."""
        if not self._finished:
            self._finished = True
            self._pending.append(BOUNDARY)

    # Encoder

    def wants_begin(self) -> bool:
        """Whether the encoder has not begun and can."""
        return not self._begun and (self._finished or len(self._pending) >= self.opening_units)

    def begin_units(self) -> list[int]:
        """The boundary, the context, as much of what follows as the encoder looks ahead, and a
        step: its first tokens come out."""
        self._begun = True
        return self._take(self.opening_units)

    def wants_units(self, frames: int) -> bool:
        """Whether the encoder must run before `frames` more frames can be made, and can."""
        if not self._begun or self._closing >= 0 or self._ready >= frames:
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
                self._append(token, FIRST_FRAMES, FIRST_FRAMES)
            elif self._finished and token == self._fed + 1:
                self._closing = self._frames
            else:
                start = self._frames * HOP + self._delay
                manner = self.shape.place(token, self._frames - LAG, start - LAG * HOP)
                length = self._length_of(self._timed.popleft(), log_duration, manner)
                heard = start - LAG * HOP
                self._spans.append(UnitSpan(token - 1, heard, heard + length * HOP))
                self._append(token, length, LONGEST_KNOWN if manner.seconds else length)

    def _length_of(self, unit: int, log_duration: float, manner: Manner) -> int:
        """Frames that a unit lasts."""
        if manner.seconds is not None:
            return max(1, round(manner.seconds * SAMPLE_RATE / HOP))
        own, rate, least = FRAMES_PER_DURATION * math.exp(log_duration), self._speed, 1.0
        rate *= manner.rate
        if unit in PAUSES:
            rate, least = rate**PAUSE_POWER, max(1.0, min(own, SHORTEST_PAUSE))
        exact = own / rate + self._carry
        length = round(exact)
        if length < least:
            length = round(least)
        # What rounding takes it gives back to the next token, so that the rate is kept;
        # bounded, since a row of very short tokens must not swallow a long one.
        carry = exact - length
        self._carry = -1.0 if carry < -1.0 else min(carry, 1.0)
        return length

    def _append(self, token: int, length: int, known: int) -> None:
        self._tokens.append(_Token(token, length, known if known < length else length))
        self._ready += length
        self._frames += length

    # Frames

    @property
    def push(self) -> int:
        """Frames of the next push."""
        patches = GROWTH[self._pushes] if self._pushes < len(GROWTH) else self._largest
        return PATCH * min(patches, self._largest)

    def has_frames(self, count: int) -> bool:
        return self._closing >= 0 or self._ready >= count

    def take_frames(self, count: int) -> NDArray[np.float32]:
        """The next frames, [count, 3]: token number, where in it the frame lies, its length.

        After the closing boundary has begun there are always more.
        """
        numbers: list[int] = []
        offsets: list[int] = []
        lengths: list[int] = []
        missing = count
        while missing and self._tokens:
            token = self._tokens[0]
            taken = min(missing, token.frames - token.at)
            numbers += [token.number] * taken
            offsets += token.offsets(taken)
            lengths += [token.known] * taken
            token.at += taken
            missing -= taken
            if token.at == token.frames:
                self._tokens.popleft()
        self._ready -= count - missing
        self._taken += count
        if missing:
            first = self._frames - self._closing
            numbers += [self._fed + 1] * missing
            offsets += [min(at, LAST_FRAMES - 1) for at in range(first, first + missing)]
            lengths += [LAST_FRAMES] * missing
            self._frames += missing
        return np.array((numbers, offsets, lengths), np.float32).T

    def pitches(self, count: int, behind: int) -> list[float] | None:
        """Ratios of F0 of `count` frames, the last of which is `behind` the newest taken one.

        None where none is to be changed.
        """
        return self.shape.pitches(self._taken - behind - count, count)

    def made(self, frames: int) -> int:
        """A push makes so many frames; how many of their samples belong to the utterance."""
        self._pushes += 1
        samples = frames * HOP
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
