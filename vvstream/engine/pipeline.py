"""All stages as one plain generator: units in, chunks of sound out, for one listener alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vvstream.audio import AudioChunk
from vvstream.engine.tick import Ticker
from vvstream.options import SpeechOptions


def speak(
    ticker: Ticker,
    units: Sequence[int],
    voice: int,
    options: SpeechOptions,
    *,
    language: str = "en",
    context: Sequence[int] = (),
) -> Iterator[AudioChunk]:
    """Speak units of the inventory, without boundaries, in the voice of that embedding row.

    `context`: the units spoken before.
    """
    job = ticker.job(language, voice, options, context)
    job.track.feed(units)
    job.track.finish()
    try:
        while not job.track.done or job.waiting:
            for _, chunk in ticker.tick([job]):
                if chunk is not None:
                    yield chunk
    finally:
        ticker.free(job)
