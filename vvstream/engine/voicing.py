"""One utterance between those who feed it and the threads that tick."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from vvstream.audio import SAMPLE_RATE, Hear
from vvstream.engine.tick import Job, Ticker
from vvstream.options import PLAIN, Manner

# Seconds of sound made and not yet played, by the clock of who plays it from the first on: who has
# less may run dry, who has more takes it faster than it is played and wants the next at once.
CLOSE, FAR = 0.6, 2.5
SILENT = 1.0  # seconds after which one who has run dry is not thought to go on at once


class Desk(Protocol):
    """Where voicings tell that something happened; all are called under its lock."""

    lock: threading.Condition

    def stir(self, voicing: EngineVoicing) -> None:
        """It may have become due."""

    def leave(self, voicing: EngineVoicing) -> None:
        """It is over: its slot is free, its rows are as soon as nothing uses them."""


class EngineVoicing:
    """Implements `Voicing`. From any thread, but for what belongs to the engine's."""

    def __init__(self, desk: Desk, job: Job, number: int, hear: Hear) -> None:
        self.job = job
        self.number = number
        self.hear = hear
        self.over = False  # cancelled, done or broken
        self.held = False  # by a thread that ticks: until it lets go, nobody else touches its job
        self.due_since: float | None = None
        self.dry_at: float | None = None  # by the clock of one who plays it from the first sound on
        self._desk = desk
        self._input: list[tuple[Sequence[int], Manner]] = []
        self._finished = False
        self._then: Sequence[int] = ()
        self._taken = 0  # samples

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Append units. Raises RuntimeError after `finish`; does nothing after `cancel`."""
        with self._desk.lock:
            if self._finished and not self.over:
                raise RuntimeError("fed after finish")
            self._input.append((units, manner))
            self._desk.stir(self)

    def finish(self, then: Sequence[int] = ()) -> None:
        with self._desk.lock:
            self._finished, self._then = True, then
            self._desk.stir(self)

    def cancel(self) -> None:
        with self._desk.lock:
            self.end()

    def took(self, samples: int) -> None:
        with self._desk.lock:
            self._taken += samples
            self._desk.stir(self)

    # For the engine's threads, under the lock

    def end(self) -> None:
        """Nothing more is made."""
        if not self.over:
            self.over = True
            self._desk.leave(self)

    @property
    def ahead(self) -> float:
        """Seconds of sound made, or being made, and not yet taken."""
        return (self.job.launched - self._taken) / SAMPLE_RATE

    def plays(self, now: float, samples: int) -> None:
        """So much more can be played from now on; what ran dry goes on at once."""
        if samples:
            begun = now if self.dry_at is None else max(now, self.dry_at)
            self.dry_at = begun + samples / SAMPLE_RATE

    def is_active(self, now: float) -> bool:
        """Whether it is heard, or soon will be, by the clock of one who plays it."""
        return self.dry_at is None or self.dry_at > now - SILENT

    def patience(self, most: float, now: float) -> float:
        """Seconds, of `most` since it was due, that it can wait: who has enough to play, and does
        not take its sound faster than that."""
        if self.dry_at is None or self.due_since is None:
            return 0.0
        at_ease = CLOSE < self.dry_at - now < FAR
        return max(0.0, self.due_since + most - now) if at_ease else 0.0

    @property
    def push(self) -> int:
        """Frames that it gets next."""
        return self.job.track.push

    def is_due(self, ticker: Ticker, queue_seconds: float, now: float) -> bool:
        """Whether it has room for more sound, and units to make it from; notes since when."""
        if self.over or self.held:
            return False
        self._take_input()
        due = self.ahead < queue_seconds and ticker.can_advance(self.job)
        if not due:
            self.due_since = None
        elif self.due_since is None:
            self.due_since = now
        return due

    def _take_input(self) -> None:
        """Move what was fed into the track."""
        track = self.job.track
        for units, manner in self._input:
            track.feed(units, manner)
        self._input.clear()
        if self._finished:
            track.finish(self._then)
