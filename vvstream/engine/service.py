"""The engine: a thread that ticks, and utterances that an event loop feeds and listens to."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from vvstream.audio import HOP, SAMPLE_BYTES, SAMPLE_RATE, AudioChunk
from vvstream.engine.memory import installed, resident
from vvstream.engine.scheduler import choose
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Stages
from vvstream.engine.tick import NO_ROW, Job, new_job, tick
from vvstream.engine.track import PATCH
from vvstream.errors import EngineFailed, Overloaded
from vvstream.options import PLAIN, Manner, SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus

log = logging.getLogger(__name__)
PATCH_SECONDS = PATCH * HOP / SAMPLE_RATE
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    slots: int  # utterances at once
    batch: int  # of them in one tick
    queue_seconds: float  # sound made and not yet taken, per utterance
    largest: int  # patches in the largest push


class SpeechEngine:
    """Implements the `Engine` that a session asks for. Make one per process and device."""

    def __init__(self, stages: Stages, voices: Sequence[VoiceInfo], limits: Limits) -> None:
        self._stages = stages
        self._voices = tuple(voices)
        self._rows = {voice.name: row for row, voice in enumerate(voices)}
        self._limits = limits
        self._slots = Slots(stages.acoustic, stages.vocoder, limits.slots)
        # Guards everything that the event loop and the thread share: the list of utterances, their
        # tracks' input, their queues' lengths.
        self._wake = threading.Condition()
        self._utterances: list[EngineUtterance] = []
        self._closed = False
        self._failed: str | None = None
        self._ticks = self._samples = 0
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def voices(self) -> tuple[VoiceInfo, ...]:
        return self._voices

    async def warm_up(self) -> None:
        """Speak one short utterance: allocations, kernels and caches are paid for here."""
        utterance = self.open(SpeechOptions(self._voices[0].name, 1.0, 1, 1.0, 0))
        utterance.feed(range(16, 48))
        utterance.finish()
        async for _ in utterance:
            pass

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> EngineUtterance:
        """Must be called on the event loop that will listen. Raises Overloaded, EngineFailed."""
        with self._wake:
            if self._failed or self._closed:
                raise EngineFailed(self._failed or "the engine is closed")
            # Who is over no longer counts, even before the thread has seen it: a listener that
            # cancels, or has heard the end, may say the next thing at once.
            if sum(not one.over for one in self._utterances) >= self._limits.slots:
                raise Overloaded(
                    f"all {self._limits.slots} voices are speaking; try again shortly",
                    retry_after=RETRY_SECONDS,
                )
            loop, voice = asyncio.get_running_loop(), self._rows[options.voice]
            largest = self._limits.largest
            job = new_job(
                self._stages, NO_ROW, voice, options.seed, options.speed, largest, context
            )
            utterance = EngineUtterance(self, job, loop)
            self._utterances.append(utterance)
            return utterance

    def status(self) -> EngineStatus:
        device = self._stages.device
        with self._wake:
            used = sum(not one.over for one in self._utterances)
            return EngineStatus(
                str(device),
                device.type,
                resident(),
                installed(),
                used,
                self._limits.slots,
                self._ticks,
                0,
                0.0,
                self._samples / SAMPLE_RATE,
            )

    async def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            while self._step():
                pass
        except Exception as error:
            log.exception("the engine broke")
            self._end_all(f"the engine broke: {type(error).__name__}")
        else:
            self._end_all("the engine is closed")

    def _step(self) -> bool:
        """One tick, or a wait for one; False once closed."""
        with self._wake:
            self._sweep()
            chosen = choose(self._utterances, self._limits.batch)
            if self._closed:
                return False
            if not chosen:
                self._wake.wait()
                return True
            for utterance in chosen:
                utterance.take_input()
                if utterance.job.row == NO_ROW:
                    utterance.job.row = self._slots.take()
        jobs = {utterance.job: utterance for utterance in chosen}
        self._ticks += 1
        for job, chunk in tick(list(jobs), self._stages, self._slots):
            self._samples += len(chunk.samples) // SAMPLE_BYTES
            jobs[job].deliver(chunk)
        for utterance in chosen:
            if utterance.job.track.done:
                utterance.deliver(None)
        return True

    def _sweep(self) -> None:
        """Forget utterances that are over; a row is freed here only, between two ticks."""
        for utterance in [u for u in self._utterances if u.over]:
            self._utterances.remove(utterance)
            if utterance.job.row != NO_ROW:
                self._slots.free(utterance.job.row)

    def _end_all(self, why: str) -> None:
        with self._wake:
            self._failed = why
            for utterance in self._utterances:
                utterance.deliver(EngineFailed(why))


class EngineUtterance:
    """One text being spoken; implements `Utterance`. Its methods belong to the event loop."""

    def __init__(self, engine: SpeechEngine, job: Job, loop: asyncio.AbstractEventLoop) -> None:
        self.job = job
        self.over = False  # under the engine's lock: cancelled, done or broken
        self._engine = engine
        self._loop = loop
        self._input: list[tuple[Sequence[int], Manner]] = []
        self._finished = False
        self._ahead = 0  # samples made and not yet taken, under the engine's lock
        self._arrived: deque[AudioChunk | EngineFailed | None] = deque()
        self._news = asyncio.Event()

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        with self._engine._wake:
            self._input.append((units, manner))
            self._engine._wake.notify()

    def finish(self) -> None:
        with self._engine._wake:
            self._finished = True
            self._engine._wake.notify()

    def cancel(self) -> None:
        with self._engine._wake:
            self.over = True
            self._engine._wake.notify()
        self._arrived.clear()
        self._arrived.append(None)
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        while True:
            while not self._arrived:
                self._news.clear()
                await self._news.wait()
            item = self._arrived.popleft()
            if item is None:
                return
            if isinstance(item, EngineFailed):
                raise item
            with self._engine._wake:
                self._ahead -= len(item.samples) // SAMPLE_BYTES
                self._engine._wake.notify()
            yield item

    # For the engine's thread

    @property
    def ahead(self) -> float:
        return self._ahead / SAMPLE_RATE

    @property
    def due(self) -> bool:
        if self.over or self.ahead >= self._engine._limits.queue_seconds:
            return False
        return bool(self._input) or self._finished or self.job.can_advance(self._engine._stages)

    def take_input(self) -> None:
        """Move what was fed into the track; called under the lock, before a tick."""
        track = self.job.track
        for units, manner in self._input:
            track.feed(units, manner)
        self._input.clear()
        if self._finished:
            track.finish()

    def deliver(self, item: AudioChunk | EngineFailed | None) -> None:
        """Hand a chunk, the end (None) or a failure to the listener's event loop."""
        with self._engine._wake:
            if isinstance(item, AudioChunk):
                self._ahead += len(item.samples) // SAMPLE_BYTES
            else:
                self.over = True
        try:
            self._loop.call_soon_threadsafe(self._arrive, item)
        except RuntimeError:  # the listener's loop is closed: nobody is left to hear it
            with self._engine._wake:
                self.over = True

    def _arrive(self, item: AudioChunk | EngineFailed | None) -> None:
        self._arrived.append(item)
        self._news.set()
