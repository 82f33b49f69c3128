"""The first audible sample comes first: silence before it is never sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vvstream.audio import AUDIBLE, NO_SPANS, AudioChunk, Spans

KEPT = 80  # samples before the first audible one: 5 ms, so that no onset is cut
TRAVELS = np.dtype("<i2")
LONGEST = 16_000  # samples; a second of silence is not an onset but what was asked for


class LeadingTrim:
    """Drops samples up to the first audible one and moves the clock of the spans accordingly."""

    def __init__(self) -> None:
        self._dropped = 0
        self._begun = False
        self._held = np.zeros(0, np.int16)
        self._spans = NO_SPANS

    def keep(self) -> None:
        """The silence was asked for: nothing is dropped."""
        self._begun = True

    def push(self, samples: NDArray[np.int16], spans: Spans) -> AudioChunk | None:
        """None while nothing is audible yet."""
        self._spans = self._spans.then(spans)
        if not self._begun:
            self._held = np.concatenate((self._held, samples))
            loud = np.flatnonzero(np.abs(self._held) >= AUDIBLE)
            if loud.size:
                cut = max(0, int(loud[0]) - KEPT)
            elif self._dropped + self._held.size >= LONGEST:
                cut = 0
            else:
                cut = max(0, self._held.size - KEPT)
                self._drop(cut)
                return None
            self._drop(cut)
            return self.finish()
        return self._chunk(samples)

    def finish(self) -> AudioChunk:
        """What is held, silent as it may be: the spans of a silent utterance are still told."""
        self._begun = True
        held, self._held = self._held, np.zeros(0, np.int16)
        return self._chunk(held)

    def _chunk(self, samples: NDArray[np.int16]) -> AudioChunk:
        spans, self._spans = self._spans.earlier(self._dropped), NO_SPANS
        return AudioChunk(samples.astype(TRAVELS, copy=False).tobytes(), spans)

    def _drop(self, count: int) -> None:
        self._held = self._held[count:]
        self._dropped += count
