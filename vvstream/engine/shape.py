"""Manners along an utterance: which one holds for a token, a frame, a sample.

Kept as the places at which the manner changes, so that an utterance in one plain manner keeps
nothing and asks for nothing.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from vvstream.audio import HOP, PCM_PEAK
from vvstream.options import PLAIN, Manner

FIRST = 1  # token; 0 is the boundary before it
LOUD = 0.7  # of full scale: beyond it a raised voice is bent, so that it never reaches 1
Turn = tuple[int, float]  # from this frame or sample on, this much


class Shape:
    """The manners of one utterance. What is asked for moves on and never back."""

    def __init__(self) -> None:
        self.varied = False
        """Some token is not in the plain manner."""
        self._fed = PLAIN  # of the newest token
        self._coming: deque[tuple[int, Manner]] = deque()  # token at which it begins
        self._now = PLAIN  # of the newest token on the timeline
        self._pitches: deque[Turn] = deque([(0, 1.0)])
        self._gains: deque[Turn] = deque([(0, 1.0)])

    def feed(self, token: int, manner: Manner) -> None:
        """From `token` on, which is the next one, this manner holds."""
        if manner != self._fed:
            self.varied = True
            self._coming.append((token, manner))
            self._fed = manner

    def place(self, token: int, frame: int, sample: int) -> Manner:
        """The manner of `token`, which begins at this frame and at this sample; in turn."""
        if self._coming and self._coming[0][0] <= token:
            before, (_, self._now) = self._now, self._coming.popleft()
            if token == FIRST:
                # What is before the first unit belongs to it.
                self._pitches = deque([(0, self._now.pitch)])
                self._gains = deque([(0, self._now.volume)])
                return self._now
            if self._now.pitch != before.pitch:
                self._pitches.append((frame, self._now.pitch))
            if self._now.volume != before.volume:
                self._gains.append((sample, self._now.volume))
        return self._now

    def pitches(self, first: int, count: int) -> list[float] | None:
        """Ratios of F0 for the frames from `first` on; None where all are 1."""
        turns = _since(self._pitches, first)
        if turns[0][1] == 1.0 and len(turns) == 1:
            return None  # nearly always
        if all(ratio == 1.0 for at, ratio in turns if at < first + count):
            return None
        steps = iter(turns)
        (_, ratio), following = next(steps), next(steps, None)
        ratios = []
        for frame in range(first, first + count):
            if following is not None and following[0] <= frame:
                ratio, following = following[1], next(steps, None)
            ratios.append(ratio)
        return ratios

    def apply(self, samples: NDArray[np.int16], first: int) -> NDArray[np.int16]:
        """The samples, of which the first is number `first`, as loud as they are wished.

        A change takes a frame, half of it on either side: no click.
        """
        half = HOP // 2
        turns = _since(self._gains, first - half)
        if turns[0][1] == 1.0 and len(turns) == 1:
            return samples  # nearly always
        near = [(at, gain) for at, gain in turns if at - half < first + len(samples)]
        if all(gain == 1.0 for _, gain in near):
            return samples
        # A unit lasts a frame at least: one ramp is over when the next begins.
        points, levels = [first - HOP], [near[0][1]]
        for at, gain in near[1:]:
            points += [at - half, at + half]
            levels += [levels[-1], gain]
        gains = np.interp(np.arange(first, first + len(samples)), points, levels)
        shaped = _bent(samples / PCM_PEAK * gains, gains)
        louder: NDArray[np.int16] = (shaped * PCM_PEAK).round().astype(np.int16)
        return louder


def _since(turns: deque[Turn], first: int) -> deque[Turn]:
    """Forget what is over before `first`."""
    while len(turns) > 1 and turns[1][0] <= first:
        turns.popleft()
    return turns


def _bent(samples: NDArray[np.float64], gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """What was raised over LOUD is bent towards full scale instead of being cut off there.

    From a gain of 1 to one of 2 it is bent more and more: at once would be a click.
    """
    over = np.abs(samples) - LOUD
    room = 1.0 - LOUD
    bent = np.sign(samples) * (LOUD + room * np.tanh(over / room))
    share = np.clip(gains - 1.0, 0.0, 1.0) * (over > 0)
    return np.clip(samples, -1.0, 1.0) * (1.0 - share) + bent * share
