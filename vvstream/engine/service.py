"""The engine: a thread that ticks, and the utterances that others feed and listen to."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from vvstream.audio import HOP, SAMPLE_BYTES, SAMPLE_RATE, Hear, Heard
from vvstream.engine.gauge import Gauge
from vvstream.engine.lateness import Lateness
from vvstream.engine.local import EngineUtterance, Posts
from vvstream.engine.scheduler import Share, choose
from vvstream.engine.tick import NO_ROW, Flight, Job, Ticker
from vvstream.engine.track import PATCH
from vvstream.engine.voicing import EngineVoicing
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus

log = logging.getLogger(__name__)
PATCH_SECONDS = PATCH * HOP / SAMPLE_RATE
RETRY_SECONDS = 1.0
LOOKED_SECONDS = 0.05  # lateness is looked at no more often
# Ticks whose results are waited for while the next is launched: one keeps a GPU busy, and more
# would only make what is heard older.
FLYING = 1
# Of who is served in a tick: since when it was due, and the seconds of sound that it gets.
Promises = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Limits:
    slots: int  # utterances at once
    share: Share  # of them, what one tick serves
    queue_seconds: float  # sound made and not yet taken, per utterance


class SpeechEngine:
    """Implements the `TickingEngine` of vvstream.ports. Make one per process and device."""

    def __init__(
        self,
        ticker: Ticker,
        voices: Mapping[str, Sequence[VoiceInfo]],
        limits: Limits,
        gauge: Gauge,
    ) -> None:
        """`voices`: of each language, in the order of its model."""
        self._ticker = ticker
        self._voices = tuple(voice for group in voices.values() for voice in group)
        self._rows = {
            voice.name: (language, row)
            for language, group in voices.items()
            for row, voice in enumerate(group)
        }
        self._limits = limits
        self._gauge = gauge
        # Guards what the engine's thread shares with others: the voicings and what they were told.
        # Nobody holds it for longer than it takes to look at them.
        self.lock = threading.Condition()
        self._speaking: dict[Job, EngineVoicing] = {}  # those that are not over
        self._stirred: dict[EngineVoicing, None] = {}  # those that may be due
        self._left: list[EngineVoicing] = []  # over, with rows that are to be freed
        self._posts = Posts()
        self._closed = False
        self._failed: str | None = None
        self._ticks = self._samples = 0
        self._lateness = Lateness()
        self._told = (0.0, 0.0)  # lateness, and when it was looked at
        self._deadline = math.inf  # by which what is being made was to be there
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def voices(self) -> tuple[VoiceInfo, ...]:
        return self._voices

    async def warm_up(self) -> None:
        """Before this nothing is opened: the thread has nothing to do, and its work is done here.

        Raises EngineFailed.
        """
        with self.lock:
            if self._failed or self._closed:
                raise EngineFailed(self._failed or "the engine is closed")
        most = min(self._limits.share.utterances, self._limits.slots)
        await asyncio.to_thread(self._ticker.warm_up, most)

    def begin(
        self, number: int, options: SpeechOptions, context: Sequence[int], hear: Hear
    ) -> EngineVoicing:
        """See ports.TickingEngine. Raises Overloaded, EngineFailed."""
        language, row = self._rows[options.voice]
        job = self._ticker.job(language, row, options, context)
        with self.lock:
            if self._failed or self._closed:
                raise EngineFailed(self._failed or "the engine is closed")
            if len(self._speaking) >= self._limits.slots:
                self._posts.sweep()
            # Who is over no longer counts, even before the thread has seen it: a listener that
            # cancels, or has heard the end, may say the next thing at once.
            if len(self._speaking) >= self._limits.slots:
                raise Overloaded(
                    f"all {self._limits.slots} voices are speaking; try again shortly",
                    retry_after=RETRY_SECONDS,
                )
            voicing = EngineVoicing(self, job, number, hear)
            self._speaking[job] = voicing
            return voicing

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> EngineUtterance:
        """Must be called on the event loop that will listen. Raises Overloaded, EngineFailed."""
        post = self._posts.of(asyncio.get_running_loop())
        return post.open(lambda number, hear: self.begin(number, options, context, hear))

    @property
    def failed(self) -> str | None:
        """See ports.TickingEngine."""
        return self._failed

    def status(self) -> EngineStatus:
        worst = self.lateness()
        with self.lock:
            used, ticks, samples = len(self._speaking), self._ticks, self._samples
            late = self._lateness.late_ticks
        return EngineStatus(
            device=self._gauge.name,
            kind=self._gauge.kind,
            memory_used=self._gauge.used(),
            memory_limit=self._gauge.limit(),
            slots_used=used,
            slots_limit=self._limits.slots,
            ticks=ticks,
            late_ticks=late,
            lateness_p99_s=worst,
            audio_seconds=samples / SAMPLE_RATE,
        )

    def lateness(self) -> float:
        """See ports.TickingEngine."""
        with self.lock:
            now = time.monotonic()
            worst, looked = self._told
            if now - looked > LOOKED_SECONDS:
                worst = self._lateness.p99(now)
                self._told = worst, now
            # What hangs is late before it is over.
            return max(worst, now - self._deadline)

    async def close(self) -> None:
        with self.lock:
            self._closed = True
            self.lock.notify()
        await asyncio.to_thread(self._thread.join)

    # For voicings, under the lock

    def stir(self, voicing: EngineVoicing) -> None:
        """See voicing.Desk."""
        if not voicing.over:
            self._stirred[voicing] = None
            self.lock.notify()

    def leave(self, voicing: EngineVoicing) -> None:
        """See voicing.Desk."""
        self._speaking.pop(voicing.job, None)
        self._stirred.pop(voicing, None)
        self._left.append(voicing)
        self.lock.notify()

    # The thread

    def _run(self) -> None:
        flying: deque[tuple[Flight, Promises]] = deque()
        try:
            while (chosen := self._choose(bool(flying))) is not None:
                # A first sound is not kept until the next tick is launched.
                waited_for = any(voicing.dry_at is None for voicing in chosen)
                if chosen:
                    flying.append(self._launch(chosen))
                while flying and (
                    waited_for or not chosen or len(flying) > FLYING or flying[0][0].at_once
                ):
                    self._collect(*flying.popleft())
        except Exception as error:
            log.exception("the engine broke")
            self._end_all(f"the engine broke: {type(error).__name__}")
        else:
            self._end_all("the engine is closed")

    def _choose(self, flying: bool) -> list[EngineVoicing] | None:
        """Who is served next; waits for someone unless something flies. None: closed."""
        while True:
            with self.lock:
                if self._closed:
                    return None
                left, self._left = self._left, []
                if not left:
                    queue = self._limits.queue_seconds
                    due = [one for one in self._stirred if one.is_due(self._ticker, queue)]
                    self._stirred = dict.fromkeys(due)
                    if due or flying:
                        return choose(due, self._limits.share)
                    self.lock.wait()
            # A row is freed here only, between two ticks. It may move all others, which no event
            # loop that wants the lock can wait for.
            for voicing in left:
                self._ticker.free(voicing.job)

    def _launch(self, chosen: Sequence[EngineVoicing]) -> tuple[Flight, Promises]:
        seated = [voicing for voicing in chosen if self._seat(voicing)]
        before = [voicing.job.launched for voicing in seated]
        # A small push is made while what is queued lasts.
        queue = self._limits.queue_seconds
        deadlines = (
            voicing.due_since + max(queue, voicing.push * HOP / SAMPLE_RATE)
            for voicing in seated
            if voicing.due_since is not None
        )
        with self.lock:
            self._deadline = min(deadlines, default=math.inf)
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
                if not voicing.over:
                    self._stirred[voicing] = None
        return flight, promises

    def _seat(self, voicing: EngineVoicing) -> bool:
        """Give it its rows; who finds no memory for them is told so, and harms nobody."""
        if voicing.job.rows[0] != NO_ROW:
            return True
        try:
            self._ticker.settle_in(voicing.job)
        except torch.OutOfMemoryError:
            log.error("no memory for one more voice")
            self._tell({voicing.hear: [(voicing.number, EngineFailed("out of memory"))]})
            with self.lock:
                voicing.end()
            return False
        return True

    def _collect(self, flight: Flight, promises: Promises) -> None:
        mail: dict[Hear, list[tuple[int, Heard]]] = defaultdict(list)
        samples = 0
        heard_of = self._ticker.collect(flight)
        now = time.monotonic()
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
            self._lateness.add(now, [now - since - lasts for since, lasts in promises])
            self._deadline = math.inf
            for job in flight.jobs:
                if voicing := self._speaking.get(job):
                    self._stirred[voicing] = None
        self._tell(mail)

    def _tell(self, mail: Mapping[Hear, Sequence[tuple[int, Heard]]]) -> None:
        for hear, news in mail.items():
            try:
                hear(news)
            except RuntimeError:  # a listener's loop is closed: nobody is left to hear it
                with self.lock:
                    for voicing in [v for v in self._speaking.values() if v.hear == hear]:
                        voicing.end()

    def _end_all(self, why: str) -> None:
        mail: dict[Hear, list[tuple[int, Heard]]] = defaultdict(list)
        with self.lock:
            self._failed = why
            for voicing in list(self._speaking.values()):
                mail[voicing.hear].append((voicing.number, EngineFailed(why)))
                voicing.end()
        self._tell(mail)
