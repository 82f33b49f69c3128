"""Silence before the first sound is never sent; the clock of the spans begins with the sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vvstream.audio import AUDIBLE, NO_SPANS, AudioChunk, Spans
from vvstream.engine.trim import KEPT, LONGEST, LeadingTrim

PUSH = 800


def sound(silence: int, samples: int) -> NDArray[np.int16]:
    """Hiss below the threshold, then a tone that begins with its peak."""
    hiss = np.resize(np.array([AUDIBLE - 1, 1 - AUDIBLE]), silence)
    tone = 16_000 * np.cos(np.arange(samples) / 5)
    return np.concatenate((hiss, tone)).astype(np.int16)


def chunks(
    trim: LeadingTrim, samples: NDArray[np.int16], spans: Spans = NO_SPANS
) -> Iterator[AudioChunk | None]:
    """Push everything, each span with the push in which it begins."""
    for start in range(0, len(samples), PUSH):
        due = [span for span in spans if start <= span.start < start + PUSH]
        edges = [span.start for span in due] + [span.end for span in due[-1:]]
        told = Spans(due[0].unit if due else 0, tuple(edges))
        yield trim.push(samples[start : start + PUSH], told)


def pcm(samples: NDArray[np.int16]) -> bytes:
    return samples.astype("<i2").tobytes()


def joined(parts: Sequence[AudioChunk | None]) -> AudioChunk:
    kept = [part for part in parts if part is not None]
    spans = reduce(Spans.then, (part.spans for part in kept), NO_SPANS)
    return AudioChunk(b"".join(part.samples for part in kept), spans)


@settings(max_examples=50)
@given(silence=st.integers(0, LONGEST - PUSH))
def test_the_onset_is_kept_and_what_is_before_it_dropped(silence: int) -> None:
    samples = sound(silence, 3 * PUSH)
    dropped = max(0, silence - KEPT)
    begins = max(0, silence - 300)
    spans = Spans(0, (0, begins, silence + 900))
    chunk = joined(list(chunks(LeadingTrim(), samples, spans)))
    assert chunk.samples == pcm(samples[dropped:])
    ends = max(0, begins - dropped)
    assert chunk.spans == Spans(0, (0, ends, silence + 900 - dropped))


def test_silence_in_the_middle_stays() -> None:
    samples = np.concatenate((sound(0, PUSH), sound(5 * PUSH, PUSH)))
    assert joined(list(chunks(LeadingTrim(), samples))).samples == pcm(samples)


def test_a_second_of_silence_is_what_was_asked_for() -> None:
    samples = sound(2 * LONGEST, PUSH)
    trim = LeadingTrim()
    parts = list(chunks(trim, samples))
    silent = LONGEST // PUSH - 1
    assert parts[:silent] == [None] * silent
    assert all(parts[silent:])
    assert joined(parts).samples == pcm(samples[silent * PUSH - KEPT :])


def test_an_utterance_without_a_sound_still_tells_its_spans() -> None:
    samples = sound(3 * PUSH, 0)
    trim = LeadingTrim()
    spans = Spans(0, (10, 1000, 3 * PUSH))
    assert list(chunks(trim, samples, spans)) == [None] * 3
    chunk = trim.finish()
    assert chunk.samples == pcm(samples[-KEPT:])
    assert chunk.spans == Spans(0, (0, 0, KEPT))
