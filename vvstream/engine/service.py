"""The engine: threads that tick, and the utterances that others feed and listen to."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence

import torch

from vvstream.audio import HOP, SAMPLE_RATE, Hear
from vvstream.engine.gauge import Gauge
from vvstream.engine.local import EngineUtterance, Posts
from vvstream.engine.roster import Limits, Roster, Round
from vvstream.engine.tick import Ticker
from vvstream.engine.track import PATCH
from vvstream.engine.voicing import EngineVoicing
from vvstream.errors import EngineFailed
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.status import EngineStatus

__all__ = ["FLYING", "PATCH_SECONDS", "Limits", "SpeechEngine"]

log = logging.getLogger(__name__)
PATCH_SECONDS = PATCH * HOP / SAMPLE_RATE
# Ticks whose results are waited for while the next is launched: one keeps a GPU busy, and more
# would only make what is heard older.
FLYING = 1


class SpeechEngine:
    """Implements the `TickingEngine` of vvstream.ports. Make one per process and device."""

    def __init__(
        self,
        ticker: Ticker,
        voices: Mapping[str, Sequence[VoiceInfo]],
        limits: Limits,
        gauge: Gauge,
        crew: int = 1,
    ) -> None:
        """`voices`: of each language, in the order of its model.

        `crew`: threads that tick side by side, each with other utterances; more than one where
        what a tick launches is done when it is launched. Who has left keeps its rows until its tick
        is over, so a crew needs twice the rows.
        """
        self._ticker = ticker
        self._voices = tuple(voice for group in voices.values() for voice in group)
        self._rows = {
            voice.name: (language, row)
            for language, group in voices.items()
            for row, voice in enumerate(group)
        }
        self._limits = limits
        self._gauge = gauge
        self._roster = Roster(ticker, limits, crew)
        self.lock = self._roster.lock
        self._posts = Posts()
        self._closed = False
        self._failed: str | None = None
        # Some libraries count the threads of a product for each thread that asks for one.
        share = torch.get_num_threads()
        self._crew = [
            threading.Thread(target=self._run, args=(one, share), name="engine", daemon=True)
            for one in range(crew)
        ]
        for thread in self._crew:
            thread.start()

    def voices(self) -> tuple[VoiceInfo, ...]:
        return self._voices

    async def warm_up(self) -> None:
        """Before this nothing is opened: the threads have nothing to do, and their work is done
        here. Raises EngineFailed."""
        with self.lock:
            self._check()
        await asyncio.to_thread(self._warm_up)

    def _warm_up(self) -> None:
        ticker = self._ticker
        ticker.warm_up(min(self._limits.share.utterances, self._limits.slots))
        if ticker.at_once:
            begun = time.perf_counter()
            sound = ticker.rehearse(next(iter(ticker.languages)), 1)
            self._roster.expect((time.perf_counter() - begun) / sound)

    def begin(
        self, number: int, options: SpeechOptions, context: Sequence[int], hear: Hear
    ) -> EngineVoicing:
        """See ports.TickingEngine. Raises Overloaded, EngineFailed."""
        language, row = self._rows[options.voice]
        job = self._ticker.job(language, row, options, context)
        with self.lock:
            self._check()
            if self._roster.speaking >= self._limits.slots:
                self._posts.sweep()
            return self._roster.begin(job, number, hear)

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
        used, ticks, late, samples = self._roster.counts()
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
            effort=self._roster.effort(),
        )

    def lateness(self) -> float:
        """See ports.TickingEngine."""
        return self._roster.lateness()

    async def close(self) -> None:
        with self.lock:
            self._closed = True
            self.lock.notify_all()
        for thread in self._crew:
            await asyncio.to_thread(thread.join)

    def _check(self) -> None:
        """Under the lock. Raises EngineFailed."""
        if self._failed or self._closed:
            raise EngineFailed(self._failed or "the engine is closed")

    # The threads

    def _run(self, one: int, share: int) -> None:
        torch.set_num_threads(share)
        flying: deque[Round] = deque()
        try:
            while (chosen := self._choose(bool(flying))) is not None:
                # First sounds are not kept until the next tick is launched, unless that would keep
                # the device waiting for all others.
                waited_for = all(voicing.dry_at is None for voicing in chosen)
                if chosen:
                    flying.append(self._roster.launch(one, chosen))
                while flying and (
                    waited_for or not chosen or len(flying) > FLYING or flying[0].flight.at_once
                ):
                    self._roster.collect(one, flying.popleft())
                for launched in flying:
                    self._roster.settle(launched)
        except Exception as error:
            log.exception("the engine broke")
            self._end_all(f"the engine broke: {type(error).__name__}")
        else:
            self._end_all("the engine is closed")

    def _choose(self, flying: bool) -> list[EngineVoicing] | None:
        """Who is served next; waits for someone unless something flies. None: closed."""
        while True:
            with self.lock:
                if self._closed or self._failed:
                    return None
                if not self._roster.untidy:
                    chosen = self._roster.choose()
                    if chosen or flying:
                        return chosen
                    self.lock.wait(self._roster.patience)
            self._roster.tidy()

    def _end_all(self, why: str) -> None:
        with self.lock:
            self._failed = self._failed or why
            self.lock.notify_all()
            mail = self._roster.end_all(self._failed)
        self._roster.tell(mail)
