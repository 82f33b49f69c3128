"""All stages as one plain generator: units in, chunks of sound out, for one listener alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vvstream.audio import AudioChunk
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Stages
from vvstream.engine.tick import new_job, tick


def speak(
    stages: Stages,
    units: Sequence[int],
    voice: int,
    *,
    seed: int = 0,
    speed: float = 1.0,
    largest: int = 1,
    context: Sequence[int] = (),
) -> Iterator[AudioChunk]:
    """Speak units of the inventory, without boundaries, in the voice of that embedding row.

    `largest` is the largest push, in patches of 4 mel frames; `context` the units spoken before.
    """
    slots = Slots(stages.acoustic, stages.vocoder, 1)
    job = new_job(stages, slots.take(), voice, seed, speed, largest, context)
    job.track.feed(units)
    job.track.finish()
    while not job.track.done:
        for _, chunk in tick([job], stages, slots):
            yield chunk
