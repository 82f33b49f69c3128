"""One tick: every job that is due advances by one push, with all that push as much as one batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from vvstream.acoustic.decoder import PROSODY_LOOKAHEAD
from vvstream.audio import AudioChunk
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Stages
from vvstream.engine.track import Track
from vvstream.engine.trim import LeadingTrim

NO_ROW = -1


@dataclass(eq=False, slots=True)
class Job:
    """One utterance as the ticks see it."""

    row: int  # of the slots, or NO_ROW until it is first served
    voice: int  # row of the voice embedding
    seed: int
    track: Track
    trim: LeadingTrim = field(default_factory=LeadingTrim)
    opened: bool = False  # the opening frames have been swallowed
    encoded: int = 0  # tokens that have come out of the encoder

    def frames_wanted(self, stages: Stages) -> int:
        return self.track.push + (0 if self.opened else stages.opening_frames)

    def can_advance(self, stages: Stages) -> bool:
        """Whether a tick would do anything for it."""
        frames = self.frames_wanted(stages)
        return (
            self.track.wants_prime()
            or self.track.has_frames(frames)
            or self.track.wants_units(frames)
        )


def new_job(
    stages: Stages,
    row: int,
    voice: int,
    seed: int,
    speed: float,
    largest: int,
    context: Sequence[int] = (),
) -> Job:
    """`largest` is the largest push, in patches; see Track for `context`."""
    track = Track(speed, stages.lookahead_units, stages.delay, largest, context)
    return Job(row, voice, seed, track)


@torch.inference_mode()
def tick(jobs: Sequence[Job], stages: Stages, slots: Slots) -> Iterator[tuple[Job, AudioChunk]]:
    """Advance the jobs by one push each, as far as their units go; yields what became audible."""
    slots.make_room(max(job.row for job in jobs))
    _begin([job for job in jobs if job.track.wants_prime()], stages, slots)
    while hungry := [job for job in jobs if job.track.wants_units(job.frames_wanted(stages))]:
        _encode(hungry, stages, slots)
    ready = [job for job in jobs if job.track.has_frames(job.frames_wanted(stages))]
    _open([job for job in ready if not job.opened], stages, slots)
    for group in _by_push(ready):
        yield from _advance(group, stages, slots)


def _begin(jobs: Sequence[Job], stages: Stages, slots: Slots) -> None:
    groups: dict[int, list[tuple[Job, list[int]]]] = defaultdict(list)
    for job in jobs:
        units = job.track.prime_units()
        groups[len(units)].append((job, units))
    for group in groups.values():
        part = stages.begin(
            [job.voice for job, _ in group],
            [job.seed for job, _ in group],
            [units for _, units in group],
        )
        slots.scatter([job.row for job, _ in group], part)


def _encode(jobs: Sequence[Job], stages: Stages, slots: Slots) -> None:
    durations, part = stages.encode(
        slots.gather(_rows(jobs)),
        [job.track.step_units() for job in jobs],
        [job.encoded for job in jobs],
    )
    slots.scatter(_rows(jobs), part)
    for job, row in zip(jobs, durations, strict=True):
        job.track.add_durations(row)
        job.encoded += len(row)


def _open(jobs: Sequence[Job], stages: Stages, slots: Slots) -> None:
    if jobs:
        places = [job.track.take_frames(stages.opening_frames) for job in jobs]
        pitches = [job.track.pitches(stages.opened_frames, PROSODY_LOOKAHEAD) for job in jobs]
        part = stages.open_frames(slots.gather(_rows(jobs)), places, pitches)
        slots.scatter(_rows(jobs), part)
        for job in jobs:
            job.opened = True


def _by_push(jobs: Iterable[Job]) -> Iterable[list[Job]]:
    groups: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        groups[job.track.push].append(job)
    return groups.values()


def _advance(
    jobs: Sequence[Job], stages: Stages, slots: Slots
) -> Iterator[tuple[Job, AudioChunk]]:
    places = [job.track.take_frames(job.track.push) for job in jobs]
    pitches = [job.track.pitches(job.track.push, PROSODY_LOOKAHEAD) for job in jobs]
    samples, part = stages.advance(slots.gather(_rows(jobs)), places, pitches)
    slots.scatter(_rows(jobs), part)
    for job, row in zip(jobs, samples, strict=True):
        if chunk := _collect(job, row):
            yield job, chunk


def _rows(jobs: Sequence[Job]) -> list[int]:
    return [job.row for job in jobs]


def _collect(job: Job, samples: NDArray[np.float32]) -> AudioChunk | None:
    first = job.track.heard
    kept = job.track.made(len(samples))
    if job.track.opens_silent:
        job.trim.keep()
    shaped = job.track.shape.apply(samples[:kept], first)
    chunk = job.trim.push(shaped, job.track.take_spans())
    return job.trim.finish() if chunk is None and job.track.done else chunk
