"""Who speaks, who of them is served next, and how late it comes. Starts no threads and reads only
the clock that it is given, so that a test can play a day of listeners in a second."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch

from vvstream.audio import HOP, SAMPLE_BYTES, SAMPLE_RATE, Hear, Heard
from vvstream.engine.effort import Effort
from vvstream.engine.lateness import Lateness
from vvstream.engine.scheduler import Share, choose
from vvstream.engine.tick import NO_ROW, Flight, Job, Ticker
from vvstream.engine.voicing import EngineVoicing
from vvstream.errors import EngineFailed, Overloaded

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
LOOKED_SECONDS = 0.05  # lateness is looked at no more often


@dataclass(frozen=True, slots=True)
class Limits:
    slots: int  # utterances at once
    share: Share  # of them, what one tick serves
    queue_seconds: float  # sound made and not yet taken, per utterance
    company_seconds: float = 0.0  # whoever is far from dry waits so long for others


@dataclass(frozen=True, slots=True)
class Round:
    """A tick that was launched, and for whom."""

    chosen: Sequence[EngineVoicing]
    flight: Flight
    promises: Sequence[tuple[float, float]]
    """Of who is served: since when it was due, and the seconds of sound that it gets."""
    begun: float
    large: bool
    """Whether all get a push of the largest size."""


class Roster:
    """The utterances. `choose`, `launch` and `collect` are a tick, by any of the `crew` of threads;
    each has other utterances at a time, and those that it holds nobody else touches."""

    def __init__(
        self,
        ticker: Ticker,
        limits: Limits,
        crew: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ticker = ticker
        self._limits = limits
        self._clock = clock
        # Guards what the engine's threads share with others: the voicings and what they were told.
        # Nobody holds it for longer than it takes to look at them.
        self.lock = threading.Condition()
        self._speaking: dict[Job, EngineVoicing] = {}  # those that are not over
        self._stirred: dict[EngineVoicing, None] = {}  # those that may be due
        self._left: list[EngineVoicing] = []  # over, with rows that are to be freed
        self._ticks = self._samples = 0
        self._lateness = Lateness()
        self._effort = Effort(crew)
        self._told = (0.0, 0.0)  # lateness, and when it was looked at
        self._deadlines = [math.inf] * crew  # by which what each is making was to be there
        self.patience: float | None = None
        """Seconds after which `choose` is to be asked again, where it chose nobody; None: not
        before somebody is stirred."""

    # Under the lock

    @property
    def speaking(self) -> int:
        """Utterances that have a slot."""
        return len(self._speaking)

    @property
    def untidy(self) -> bool:
        """Whether rows are to be freed."""
        return bool(self._left)

    def begin(self, job: Job, number: int, hear: Hear) -> EngineVoicing:
        """Who is over no longer counts, even before a thread has seen it: a listener that cancels,
        or has heard the end, may say the next thing at once. Raises Overloaded."""
        if self.speaking >= self._limits.slots:
            raise Overloaded(
                f"all {self._limits.slots} voices are speaking; try again shortly",
                retry_after=RETRY_SECONDS,
            )
        voicing = self._speaking[job] = EngineVoicing(self, job, number, hear)
        return voicing

    def stir(self, voicing: EngineVoicing) -> None:
        """See voicing.Desk."""
        if not voicing.over:
            self._stirred[voicing] = None
            self.lock.notify()

    def leave(self, voicing: EngineVoicing) -> None:
        """See voicing.Desk."""
        self._speaking.pop(voicing.job, None)
        self._stirred.pop(voicing, None)
        if not voicing.held:
            self._left.append(voicing)
            self.lock.notify()

    def choose(self) -> list[EngineVoicing]:
        """Who is served next, held by who asks; not while rows are to be freed."""
        queue, now = self._limits.queue_seconds, self._clock()
        due = [one for one in self._stirred if one.is_due(self._ticker, queue, now)]
        self._stirred = dict.fromkeys(due)
        self.patience = self._patience(due, now) if due else None
        if self.patience:
            return []
        chosen = choose(due, self._limits.share, now)
        for voicing in chosen:
            voicing.held = True
        if len(due) > len(chosen):
            self.lock.notify()
        return chosen

    def _patience(self, due: Sequence[EngineVoicing], now: float) -> float:
        """How long they can wait for company: a push of several costs little more than that of one.
        Nobody waits where there are enough of them."""
        most, frames = self._limits.company_seconds, self._limits.share.frames
        if not most or sum(voicing.push for voicing in due) >= frames:
            return 0.0
        return min(voicing.patience(most, now) for voicing in due)

    def end_all(self, why: str) -> dict[Hear, list[tuple[int, Heard]]]:
        """Nobody speaks any more; who is to be told."""
        mail: dict[Hear, list[tuple[int, Heard]]] = defaultdict(list)
        for voicing in list(self._speaking.values()):
            mail[voicing.hear].append((voicing.number, EngineFailed(why)))
            voicing.end()
        return mail

    def _let_go(self, voicings: Iterable[EngineVoicing]) -> None:
        for voicing in voicings:
            if not voicing.over:
                self._stirred[voicing] = None
            elif voicing.held:
                self._left.append(voicing)
            voicing.held = False

    # Not under the lock

    def tidy(self) -> None:
        """Free the rows of those that are over, between two ticks. It may move all others, which
        no event loop that wants the lock can wait for."""
        with self.lock:
            left, self._left = self._left, []
        for voicing in left:
            self._ticker.free(voicing.job)

    def launch(self, one: int, chosen: Sequence[EngineVoicing]) -> Round:
        """Number `one` of the crew begins a tick."""
        begun = self._clock()
        seated = [voicing for voicing in chosen if self._seat(voicing)]
        before = [voicing.job.launched for voicing in seated]
        large = all(voicing.push == self._ticker.largest for voicing in seated)
        # A small push is made while what is queued lasts.
        queue = self._limits.queue_seconds
        deadlines = (
            voicing.due_since + max(queue, voicing.push * HOP / SAMPLE_RATE)
            for voicing in seated
            if voicing.due_since is not None
        )
        with self.lock:
            self._deadlines[one] = min(deadlines, default=math.inf)
        flight = self._ticker.launch([voicing.job for voicing in seated])
        promises = [
            (voicing.due_since, max(queue, (voicing.job.launched - made) / SAMPLE_RATE))
            for voicing, made in zip(seated, before, strict=True)
            if voicing.due_since is not None and made  # the first push is nobody's next
        ]
        with self.lock:
            self._ticks += 1
            for voicing in seated:
                voicing.due_since = None
            # What flies may be launched again before it is told: by the same thread, and in turn.
            if not flight.at_once:
                self._let_go(chosen)
        return Round(chosen, flight, promises, begun, large)

    def settle(self, launched: Round) -> None:
        """Wait for what comes first of a tick: who got durations can be served by the next."""
        self._ticker.settle(launched.flight)

    def collect(self, one: int, launched: Round) -> None:
        """End it: tell who listens what was made."""
        mail: dict[Hear, list[tuple[int, Heard]]] = defaultdict(list)
        samples = 0
        heard_of = self._ticker.collect(launched.flight)
        now = self._clock()
        for job, heard in heard_of:
            voicing = self._speaking.get(job)
            if voicing is None:
                continue
            mail[voicing.hear].append((voicing.number, heard))
            if heard is None:
                with self.lock:
                    voicing.end()
            else:
                count = len(heard.samples) // SAMPLE_BYTES
                voicing.plays(now, count)
                samples += count
        with self.lock:
            self._samples += samples
            self._lateness.add(now, [now - since - lasts for since, lasts in launched.promises])
            self._deadlines[one] = math.inf
            if self._ticker.at_once:
                sound = samples / SAMPLE_RATE
                self._effort.add(now, now - launched.begun, sound, large=launched.large)
        # Before others may make what follows.
        self.tell(mail)
        with self.lock:
            self._let_go(launched.chosen)

    def tell(self, mail: Mapping[Hear, Sequence[tuple[int, Heard]]]) -> None:
        """All that one tick made for one listener, in one call."""
        for hear, news in mail.items():
            try:
                hear(news)
            except RuntimeError:  # a listener's loop is closed: nobody is left to hear it
                with self.lock:
                    for voicing in [v for v in self._speaking.values() if v.hear == hear]:
                        voicing.end()

    def lateness(self) -> float:
        """See ports.TickingEngine."""
        with self.lock:
            now = self._clock()
            worst, looked = self._told
            if now - looked > LOOKED_SECONDS:
                worst = self._lateness.p99(now)
                self._told = worst, now
            # What hangs is late before it is over.
            return max(worst, now - min(self._deadlines))

    def effort(self) -> float:
        """See EngineStatus. On a GPU nobody is counted: they are many, and it is not known."""
        if not self._ticker.at_once:
            return 0.0
        with self.lock:
            now = self._clock()
            # Who has a slot and nothing to say needs nothing.
            active = sum(voicing.is_active(now) for voicing in self._speaking.values())
            return self._effort.needed(now, active)

    def expect(self, seconds: float) -> None:
        """See Effort."""
        self._effort.expect(seconds)

    def counts(self) -> tuple[int, int, int, int]:
        """Utterances that speak; ticks, those of them that were late, and samples made so far."""
        with self.lock:
            return self.speaking, self._ticks, self._lateness.late_ticks, self._samples

    def _seat(self, voicing: EngineVoicing) -> bool:
        """Give it its rows; who finds no memory for them is told so, and harms nobody."""
        if voicing.job.rows[0] != NO_ROW:
            return True
        try:
            self._ticker.settle_in(voicing.job)
        except torch.OutOfMemoryError:
            log.error("no memory for one more voice")
            self.tell({voicing.hear: [(voicing.number, EngineFailed("out of memory"))]})
            with self.lock:
                voicing.end()
            return False
        return True
