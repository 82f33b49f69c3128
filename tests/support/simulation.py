"""Listeners of one machine by a simulated clock: the engine's own roster and ticker, networks that
take a time by a formula instead of computing, and listeners that play in real time."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from bench.engine import Absent, Forgetful
from tests.support.small import small_acoustic, small_vocoder
from tests.support.units import options, some_units
from vvstream.admission import Door
from vvstream.audio import SAMPLE_RATE, AudioChunk, Heard
from vvstream.config import Admission
from vvstream.engine.roster import Limits, Roster, Round
from vvstream.engine.runner import Outputs, Program
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Ticker
from vvstream.engine.voicing import EngineVoicing
from vvstream.status import EngineStatus

LARGEST = 8
LEAD = 0.5  # seconds of sound that a listener is given ahead
BUFFER = 0.1  # … that it waits for before it plays
FRAME = 0.02


class Costly(Absent):
    """Adds up what its programs would take: so much a call, and so much a row and input step."""

    def __init__(self, call: float, step: float) -> None:
        super().__init__(16)
        self._call = call
        self._step = step
        self.seconds = 0.0

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        self.seconds += self._call + self._step * len(rows) * inputs[-1].shape[1]
        return super().run(program, rows, inputs)


@dataclass(slots=True)
class Tally:
    """What all listeners heard."""

    frames: int = 0
    late: int = 0
    first: list[float] = field(default_factory=list)
    """Seconds from each call to its first sound."""
    refused: Counter[str] = field(default_factory=Counter)


class Machine:
    """`crew` threads on as many cores. Each `call` of a network takes a time, each `step` of each
    row another, in seconds."""

    def __init__(self, limits: Limits, crew: int, call: float, step: float) -> None:
        self.now = 0.0
        self.busy = 0.0
        """Seconds of work that were done."""
        self.served = self.ticks = 0
        self._runner = Costly(call, step)
        stage = Acoustic(small_acoustic(), self._runner, 2 * limits.slots)
        stage.memory = Forgetful(1, stage.model.sizes.channels, torch.zeros(1))
        sound = Sound(small_vocoder(), self._runner, 2 * limits.slots)
        self.ticker = Ticker({"en": stage}, sound, LARGEST)
        self.limits = limits
        self.roster = Roster(self.ticker, limits, crew, clock=lambda: self.now)
        self._runner.seconds = 0.0
        sound_seconds = self.ticker.rehearse("en", 1)
        self.roster.expect(self._runner.seconds / sound_seconds)
        self._idle = list(range(crew))
        self._numbers = itertools.count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Have something happen, now at the earliest."""
        heapq.heappush(self._events, (max(when, self.now), next(self._numbers), what))

    def run(self, until: float) -> None:
        """Let time go by."""
        while self._events and self._events[0][0] <= until:
            self.now, _, happens = heapq.heappop(self._events)
            happens()
        self.now = until

    def status(self) -> EngineStatus:
        """As the engine would tell."""
        speaking, ticks, late, samples = self.roster.counts()
        return EngineStatus(
            device="cpu",
            kind="cpu",
            memory_used=1,
            memory_limit=1 << 40,
            slots_used=speaking,
            slots_limit=self.limits.slots,
            ticks=ticks,
            late_ticks=late,
            lateness_p99_s=self.roster.lateness(),
            audio_seconds=samples / SAMPLE_RATE,
            effort=self.roster.effort(),
        )

    def stirred(self) -> None:
        """Somebody may be due: whoever is idle looks."""
        for one in list(self._idle):
            self._serve(one)

    def _serve(self, one: int) -> None:
        self.roster.tidy()
        with self.roster.lock:
            chosen = self.roster.choose()
        if not chosen:
            if one not in self._idle:
                self._idle.append(one)
            if self.roster.patience:
                self.at(self.now + self.roster.patience, self.stirred)
            return
        if one in self._idle:
            self._idle.remove(one)
        self._runner.seconds = 0.0
        launched = self.roster.launch(one, chosen)
        self.busy += self._runner.seconds
        self.ticks += 1
        self.served += len(chosen)
        self.at(self.now + self._runner.seconds, lambda: self._end(one, launched))

    def _end(self, one: int, launched: Round) -> None:
        self.roster.collect(one, launched)
        self._serve(one)


class Listener:
    """Calls, plays what comes in real time, and calls again; is refused at the door, or not."""

    def __init__(
        self,
        machine: Machine,
        number: int,
        tally: Tally,
        policy: Admission,
        door: Door | None,
        lead: float = LEAD,
    ) -> None:
        self._machine = machine
        self._number = number
        self._tally = tally
        self._policy = policy
        self._door = door
        self._lead = lead
        self._chance = random.Random(number)
        self._voicing: EngineVoicing | None = None

    def call(self) -> None:
        """Say something, if the door is open."""
        machine = self._machine
        if self._door and (why := self._door.refusal(machine.status(), self._policy, machine.now)):
            self._tally.refused[why] += 1
            machine.at(machine.now + self._policy.retry_seconds, self.call)
            return
        self._called, self._first = machine.now, -1.0
        self._made = self._taken = self._sent = 0
        self._chunks: list[int] = []
        self._ended = False
        job = machine.ticker.job("en", 0, options(self._number))
        with machine.roster.lock:
            self._voicing = machine.roster.begin(job, self._number, self._hear)
        self._voicing.feed(some_units(self._chance.randrange(30, 150), self._number))
        self._voicing.finish()
        machine.stirred()

    def _hear(self, news: Sequence[tuple[int, Heard]]) -> None:
        now = self._machine.now
        for _, heard in news:
            if isinstance(heard, AudioChunk):
                if self._first < 0:
                    self._first = now
                    self._tally.first.append(now - self._called)
                self._chunks.append(len(heard.samples) // 2)
                self._made += self._chunks[-1]
            else:
                over = self._first + BUFFER + self._made / SAMPLE_RATE
                self._ended = True
                self._machine.at(max(now, over), self.call)
        self._machine.at(now, self._take)

    def _take(self) -> None:
        """What may be sent is taken, a chunk at a time, and sent in frames."""
        machine, voicing = self._machine, self._voicing
        assert voicing is not None
        allowed = int((machine.now - self._first + self._lead) / FRAME)
        took = 0
        while self._chunks and self._taken < allowed * FRAME * SAMPLE_RATE:
            took += self._chunks[0]
            self._taken += self._chunks.pop(0)
        there = min(allowed, int(self._taken / SAMPLE_RATE / FRAME))
        for number in range(self._sent, there):
            self._tally.frames += 1
            self._tally.late += machine.now > self._first + BUFFER + number * FRAME
        self._sent = max(self._sent, there)
        if took:
            voicing.took(took)
            machine.stirred()
        if self._chunks or self._sent < int(self._taken / SAMPLE_RATE / FRAME):
            machine.at(machine.now + FRAME, self._take)
