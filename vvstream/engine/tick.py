"""One tick: every job that is due advances by one push, with all that push as much as one batch.

What a tick launches, a later one may collect: on a GPU the next tick is launched while this one is
still computed. What is launched depends on counts alone, and never on samples; only durations are
waited for, by whoever needs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from vvstream.acoustic.decoder import PROSODY_LOOKAHEAD
from vvstream.audio import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk, Spans
from vvstream.engine.runner import Pending
from vvstream.engine.stages import (
    FRAME_FEATURES,
    FRAMES_AT,
    UNITS_AT,
    Acoustic,
    Orders,
    Sound,
    frame_orders,
    sound_orders,
)
from vvstream.engine.track import (
    ENCODER_STEP,
    GROWTH,
    PATCH,
    UNIT,
    Track,
    add_durations,
    frames_of,
    lasting,
)
from vvstream.engine.trim import LeadingTrim
from vvstream.options import SpeechOptions

NO_ROW = -1
# Frames. The tokens of so many, of a push, and of the encoder's largest step fit into MEMORY.
SOON = 48
# What is spoken to warm up: long enough for pushes of every size.
REHEARSED = SpeechOptions("", 2.0, 5, 1.0, 0)
REHEARSED_UNITS = 64
NO_SOUND = np.zeros(0, np.int16)


@dataclass(eq=False, slots=True)
class Job:
    """One utterance as the ticks see it."""

    stage: Acoustic  # that of its language
    track: Track
    frames: Orders  # what it asks of the decoder, its slot first
    sound: Orders  # and of the vocoder
    trim: LeadingTrim = field(default_factory=LeadingTrim)
    rows: tuple[int, int] = (NO_ROW, NO_ROW)  # of both stages' slots, once it is first served
    wanted: int = 0  # frames of the next push, with those that the stages swallow at first
    opened: bool = False  # the opening frames have been taken
    waiting: bool = False  # for durations
    launched: int = 0  # samples that are made or being made, the trimmed ones not counted


class Push(NamedTuple):
    """What one job gets of a batch."""

    job: Job
    kept: int  # samples that belong to the utterance
    first: int  # number of its first sample
    spans: Spans
    last: bool


@dataclass(slots=True)
class Flight:
    """What a tick has launched."""

    jobs: Sequence[Job]

    durations: list[tuple[Sequence[Job], Pending]] = field(default_factory=list)
    samples: list[tuple[Sequence[Push], Pending]] = field(default_factory=list)

    @property
    def at_once(self) -> bool:
        """Whether collecting it waits for nothing."""
        return all(pending.at_once for _, pending in (*self.durations, *self.samples))


class Ticker:
    """The stages and the jobs' ways through them. Belongs to one thread at a time."""

    def __init__(
        self,
        languages: Mapping[str, Acoustic],
        sound: Sound,
        largest: int,
        growth: Sequence[int] = GROWTH,
    ) -> None:
        """`largest` is the largest push, in patches, `growth` those before it."""
        self.languages = languages
        self.sound = sound
        self._largest = largest
        self._growth = growth
        self.largest = largest * PATCH
        """Frames of the largest push."""

    @property
    def at_once(self) -> bool:
        """Whether what was launched is done."""
        runners = (self.sound.runner, *(stage.runner for stage in self.languages.values()))
        return all(runner.device.type == "cpu" for runner in runners)

    def job(
        self, language: str, voice: int, options: SpeechOptions, context: Sequence[int] = ()
    ) -> Job:
        """`voice` is a row of the language's voices; see Track for `context`. From any thread."""
        stage = self.languages[language]
        ahead, delay = stage.lookahead_units, self.sound.delay
        rate, opening = options.speed * stage.paces[voice], stage.model.sizes.opening
        track = Track(rate, ahead, delay, self._largest, context, opening, self._growth)
        return Job(
            stage,
            track,
            frame_orders(stage.model, voice, options.cfg, options.steps),
            sound_orders(
                self.sound.vocoder, options.seed, options.steps, stage.gains[voice]
            ),
            wanted=track.push + stage.lookahead_frames + self.sound.lookahead_frames,
        )

    def can_advance(self, job: Job) -> bool:
        """Whether a tick would do anything for it."""
        if job.waiting or job.track.done:
            return False
        frames, track = job.wanted, job.track
        return track.has_frames(frames) or track.wants_units(frames) or track.wants_begin()

    def free(self, job: Job) -> None:
        """Give its rows back, between two ticks; what still flies for it does no harm."""
        if job.rows[0] != NO_ROW:
            with job.stage.runner.active():
                job.stage.slots.free(job.rows[0])
            with self.sound.runner.active():
                self.sound.slots.free(job.rows[1])
            job.rows = (NO_ROW, NO_ROW)

    @torch.inference_mode()
    def settle_in(self, job: Job) -> None:
        """Take its rows. Raises IndexError where all are taken, OutOfMemoryError."""
        with job.stage.runner.active():
            row = job.stage.slots.take()
        try:
            with self.sound.runner.active():
                job.rows = (row, self.sound.slots.take())
        except Exception:
            with job.stage.runner.active():
                job.stage.slots.free(row)
            raise
        job.frames[0], job.sound[0] = job.rows

    @torch.inference_mode()
    def launch(self, jobs: Sequence[Job]) -> Flight:
        """Begin to advance the jobs by one push each, as far as their units go."""
        flight = Flight(jobs)
        for job in jobs:
            if job.rows[0] == NO_ROW:
                self.settle_in(job)
        begin = [job for job in jobs if job.track.wants_begin()]
        for group in _groups((job, (job.stage, *_beginning(job))) for job in begin):
            self._encode(flight, group, begin=True)
        while any(_is_hungry(job) for job in jobs):
            served = [job for job in jobs if _is_hungry(job) or _goes_along(job)]
            for group in _groups((job, (job.stage, *_step(job))) for job in served):
                self._encode(flight, group, begin=False)
        ready = [job for job in jobs if _has_frames(job)]
        for group in _groups((job, (job.stage, job.opened, job.track.push)) for job in ready):
            self._advance(flight, group)
        return flight

    def settle(self, flight: Flight) -> None:
        """Wait for its durations alone, so that the next tick can make frames of them."""
        for jobs, pending in flight.durations:
            _place(jobs, pending)
        flight.durations.clear()

    @torch.inference_mode()
    def collect(self, flight: Flight) -> list[tuple[Job, AudioChunk | None]]:
        """What became audible; None after an utterance's last chunk."""
        heard: list[tuple[Job, AudioChunk | None]] = []
        self.settle(flight)
        for pushes, made in flight.samples:
            for push, row in zip(pushes, made.wait(), strict=False):
                if (chunk := _sound_of(push, row)) is not None:
                    heard.append((push.job, chunk))
                if push.last:
                    heard.append((push.job, None))
        for job in flight.jobs:
            # Whoever waits for a word's end need not wait for the sound of the next push too.
            if job.track.has_spans and not self.can_advance(job):
                chunk = job.trim.push(NO_SOUND, job.track.take_spans())
                if chunk is not None:
                    heard.append((job, chunk))
        return heard

    def tick(self, jobs: Sequence[Job]) -> list[tuple[Job, AudioChunk | None]]:
        """Launch and collect."""
        return self.collect(self.launch(jobs))

    def warm_up(self, most: int) -> None:
        """Speak in each language with batches of each size up to `most`, the largest first:
        allocations, kernels, caches and graphs are paid for here."""
        for language, stage in self.languages.items():
            runners = (stage.runner, stage.decoding, self.sound.runner)
            with ExitStack() as stack:
                for runner in runners:
                    stack.enter_context(runner.recording())
                sizes = {*stage.runner.sizes(most), *self.sound.runner.sizes(most)}
                for size in sorted(sizes, reverse=True):
                    self.rehearse(language, min(size, most))

    def rehearse(self, language: str, size: int) -> float:
        """So many say the same -> seconds of sound that each makes."""
        jobs = [self.job(language, 0, REHEARSED) for _ in range(size)]
        try:
            for job in jobs:
                job.track.feed(range(16, 16 + REHEARSED_UNITS))
                job.track.finish()
            while not all(job.track.done for job in jobs):
                self.tick(jobs)
            return jobs[0].track.heard / SAMPLE_RATE
        finally:
            for job in jobs:
                self.free(job)

    def _encode(self, flight: Flight, jobs: Sequence[Job], *, begin: bool) -> None:
        stage = jobs[0].stage
        for part in _pieces(jobs, stage.most_encoded):
            orders = _unit_orders(part, begin=begin)
            pending = stage.begin(orders) if begin else stage.encode(orders)
            # A slot that begins gives those of its last step.
            tokens = ENCODER_STEP if begin else orders.shape[1] - UNITS_AT
            if part[0].track.recalls(tokens):
                for job in part:
                    job.track.recall(tokens)
                continue
            if pending.at_once:
                _place(part, pending)
                continue
            flight.durations.append((part, pending))
            for job in part:
                job.waiting = True

    def _advance(self, flight: Flight, jobs: Sequence[Job]) -> None:
        stage, first, push = jobs[0].stage, not jobs[0].opened, jobs[0].track.push
        for part in _pieces(jobs, min(stage.runner.largest, self.sound.runner.largest)):
            count = part[0].wanted
            settled = count - stage.lookahead_frames if first else count
            orders = _frame_orders(part, count, settled)
            handed = stage.frames(orders, first=first, deepest=int(orders[:, 2].max()))
            sound = np.concatenate([job.sound for job in part]).reshape(len(part), -1)
            deepest = int(sound[:, 1].max())
            samples = self.sound.samples(sound, handed, first=first, deepest=deepest)
            flight.samples.append(([_count(job, push) for job in part], samples))


def _is_hungry(job: Job) -> bool:
    return not job.waiting and job.track.wants_units(job.wanted)


def _goes_along(job: Job) -> bool:
    """Will be hungry soon: the weights that are read for others serve it too."""
    most = job.stage.runner.steps
    return 1 < most == _steps(job) and job.track.wants_units(job.wanted + SOON)


def _beginning(job: Job) -> tuple[int, bool]:
    """Steps of the context that are made as one with the first, and whether that is of it too."""
    steps = job.track.context_steps() if _any_size(job) else 0
    return steps, job.track.recalls((steps + 1) * ENCODER_STEP)


def _step(job: Job) -> tuple[int, bool]:
    """What is made as one with others: so many steps, and whether of a context alone."""
    steps = _steps(job)
    return steps, job.track.recalls(steps * ENCODER_STEP)


def _steps(job: Job) -> int:
    """A first sound waits for no more units than it needs."""
    most = job.stage.runner.steps
    if job.opened:
        # One group less to be launched for a handful of units.
        return job.track.steps(most, filled=not _any_size(job))
    first = job.track.first_steps()
    return first if _any_size(job) else min(most, 1 << first.bit_length() - 1)


def _any_size(job: Job) -> bool:
    """Whether steps of one size are no dearer than of another: a GPU records each."""
    return job.stage.runner.device.type == "cpu"


def _has_frames(job: Job) -> bool:
    return not job.waiting and job.track.has_frames(job.wanted) and not job.track.done


def _groups(keyed: Iterable[tuple[Job, Any]]) -> list[list[Job]]:
    groups: dict[Any, list[Job]] = defaultdict(list)
    for job, key in keyed:
        groups[key].append(job)
    return list(groups.values())


def _pieces(jobs: Sequence[Job], largest: int) -> Iterator[Sequence[Job]]:
    for start in range(0, len(jobs), largest):
        yield jobs[start : start + largest]


def _unit_orders(jobs: Sequence[Job], *, begin: bool) -> Orders:
    heads, units = [], []
    for job in jobs:
        track = job.track
        told = track.begin_units(_beginning(job)[0]) if begin else track.step_units(_steps(job))
        units.append(told.tobytes())
        heads.append((job.rows[0], job.frames[1], track.encoded))
    numbers = np.frombuffer(b"".join(units), UNIT).reshape(len(jobs), -1)
    return np.concatenate((np.array(heads, np.float32), numbers), 1, dtype=np.float32)


def _place(jobs: Sequence[Job], pending: Pending) -> None:
    """Put the tokens whose durations have come on the jobs' timelines."""
    add_durations([job.track for job in jobs], lasting(pending.wait()))
    for job in jobs:
        job.waiting = False


def _frame_orders(jobs: Sequence[Job], count: int, settled: int) -> Orders:
    """`settled` of the `count` frames' prosodies are settled by the step."""
    asked = np.concatenate([job.frames for job in jobs]).reshape(len(jobs), FRAMES_AT)
    frames = np.zeros((len(jobs), count, FRAME_FEATURES), np.float32)
    frames[..., :3] = frames_of([job.track.take_frames(count) for job in jobs], count)
    for row, job in enumerate(jobs):
        job.opened = True
        if job.track.shape.varied and (
            ratios := job.track.pitches(settled, PROSODY_LOOKAHEAD)
        ):
            frames[row, count - settled :, 3] = np.log(ratios)
    return np.concatenate((asked, frames.reshape(len(jobs), -1)), 1)


def _count(job: Job, frames: int) -> Push:
    track, first = job.track, job.track.heard
    kept = track.made(frames)
    job.launched += kept
    job.wanted = track.push
    return Push(job, kept, first, track.take_spans(), track.done)


def _sound_of(push: Push, samples: NDArray[np.int16]) -> AudioChunk | None:
    """What is heard of a push."""
    job = push.job
    if job.track.opens_silent:
        job.trim.keep()
    made = samples[: push.kept]
    if job.track.shape.varied:
        made = job.track.shape.apply(made, push.first)
    chunk = job.trim.push(made, push.spans)
    if push.last and chunk is None:
        chunk = job.trim.finish()
    job.launched -= push.kept
    if chunk is not None:
        job.launched += len(chunk.samples) // SAMPLE_BYTES
    return chunk
