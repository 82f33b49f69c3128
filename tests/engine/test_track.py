"""A track's counts: what is asked for, frame by frame, whatever the durations and the cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cuts import CUTS, pieces
from vvstream.audio import HOP, UnitSpan
from vvstream.engine.track import (
    BOUNDARY,
    ENCODER_STEP,
    FIRST_FRAMES,
    GROWTH,
    LAG,
    LAST_FRAMES,
    PATCH,
    TAIL_FRAMES,
    Track,
    add_durations,
    frames_of,
)
from vvstream.options import PLAIN, Manner

LOOKAHEAD, DELAY, OPENING = 5, 150, 7
SPEEDS = st.floats(0.5, 2.0)
LARGEST = st.sampled_from((1, 2, 4, 8))
# Frames that a token lasts, unrounded and at speed 1.
DURATIONS = st.lists(st.floats(0.05, 40), max_size=40)
EXAMPLES = settings(max_examples=50)


class Place(NamedTuple):
    """What a frame is told: its token, and where it lies in it."""

    token: int
    offset: int
    length: int


def taken(track: Track, count: int) -> list[Place]:
    (rows,) = frames_of([track.take_frames(count)], count)
    assert rows.shape == (count, 3)
    return [Place(*map(int, row)) for row in rows]


@dataclass
class Walk:
    """Drives a track as the ticks do, with durations that are known beforehand."""

    track: Track
    frames: Sequence[float]  # of token 1, 2, ...
    most: int = 1  # steps of the encoder in one
    filled: bool = False  # with boundaries, where the text is over
    demands: list[list[int]] = field(default_factory=list)
    pushes: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    spans: list[UnitSpan] = field(default_factory=list)
    heard: int = 0
    encoded: int = 0

    def __post_init__(self) -> None:
        self.encoded = self.track.encoded

    def go(self) -> None:
        """Advance as far as the units allow."""
        track = self.track
        while not track.done:
            if track.wants_begin():
                steps = track.context_steps() if self.most > 1 else 0
                self.encoded += steps * ENCODER_STEP
                self.demands.append(units := list(track.begin_units(steps)))
                assert len(units) == LOOKAHEAD + (1 + steps) * ENCODER_STEP
                self._hear_durations()
            opening = 0 if self.pushes else OPENING
            count = track.push + opening
            while track.wants_units(count):
                steps = track.first_steps()
                if self.pushes:
                    steps = track.steps(self.most, filled=self.filled)
                self.demands.append(list(track.step_units(steps)))
                self._hear_durations(steps)
            if not track.has_frames(count):
                return
            self.places += taken(track, opening + track.push)
            self.pushes.append(track.push)
            kept = track.made(self.pushes[-1])
            self.heard += kept
            self.spans += track.take_spans()
            told = self.spans[-1].end if self.spans else 0
            assert track.done or told >= self.heard or self.closed(), "a span came too late"

    def _hear_durations(self, steps: int = 1) -> None:
        count = steps * ENCODER_STEP
        if self.track.recalls(count):
            self.track.recall(count)
        else:
            self.track.add_durations([self._lasting(i) for i in range(count)])
        self.encoded += count
        assert self.track.encoded == self.encoded

    def closed(self) -> bool:
        return self.places[-1].token == len(self.frames) + 1

    def _lasting(self, ahead: int) -> float:
        token = self.encoded + ahead
        return self.frames[token - 1] if 1 <= token <= len(self.frames) else 2.0


def some_sounds(count: int) -> list[int]:
    """Units that are no pauses: these have their own way with speed."""
    return [16 + i % 162 for i in range(count)]


def walk(
    frames: Sequence[float],
    speed: float = 1.0,
    largest: int = 4,
    cuts: Sequence[int] | None = None,
    most: int = 1,
    growth: Sequence[int] = GROWTH,
    filled: bool = False,
) -> Walk:
    """Speak some sounds; with cuts, in pieces, each spoken as far as it goes."""
    track = Track(speed, LOOKAHEAD, DELAY, largest, growth=growth)
    done = Walk(track, frames, most, filled)
    units = some_sounds(len(frames))
    if cuts is None:
        track.feed(units)
    else:
        for piece in pieces(0, len(units), cuts):
            track.feed(units[piece])
            done.go()
    track.finish()
    done.go()
    assert track.done
    return done


@EXAMPLES
@given(frames=DURATIONS, speed=SPEEDS, largest=LARGEST)
def test_frames_and_spans_are_contiguous(
    frames: list[float], speed: float, largest: int
) -> None:
    done = walk(frames, speed, largest)
    lengths = [place.length for place in done.places if place.offset == 0][1 : len(frames) + 1]
    expected = [Place(0, i, FIRST_FRAMES) for i in range(FIRST_FRAMES)]
    for token, length in enumerate(lengths, 1):
        assert length >= 1
        expected += [Place(token, i, length) for i in range(length)]
    spoken = len(expected)
    for i in range(len(done.places) - spoken):
        expected.append(Place(len(frames) + 1, min(i, LAST_FRAMES - 1), LAST_FRAMES))
    assert done.places == expected
    start = (FIRST_FRAMES - LAG) * HOP + DELAY
    for unit, (span, length) in enumerate(zip(done.spans, lengths, strict=True)):
        assert span == UnitSpan(unit, start, start + length * HOP)
        start = span.end
    assert done.heard == start + (LAG + TAIL_FRAMES) * HOP


@EXAMPLES
@given(frames=st.lists(st.floats(2.01, 40), min_size=1, max_size=40), speed=SPEEDS)
def test_rounding_keeps_the_rate(frames: list[float], speed: float) -> None:
    spans = walk(frames, speed).spans
    exact = 0.0
    for length, span in zip(frames, spans, strict=True):
        exact += length / speed
        assert abs((span.end - spans[0].start) / HOP - exact) <= 1


@EXAMPLES
@given(count=st.integers(1, 200))
def test_a_row_of_very_short_units_does_not_swallow_a_long_one(count: int) -> None:
    last = walk([0.1] * count + [20.0]).spans[-1]
    assert last.end - last.start >= 19 * HOP


@EXAMPLES
@given(
    frames=DURATIONS,
    largest=LARGEST,
    growth=st.sampled_from((GROWTH, (1, 1, 4), ())),
    cuts=CUTS,
)
def test_pushes_grow_by_position_only(
    frames: list[float], largest: int, growth: tuple[int, ...], cuts: list[int]
) -> None:
    pushes = walk(frames, largest=largest, cuts=cuts, growth=growth).pushes
    expected = [*growth, *[largest] * len(pushes)]
    assert pushes == [PATCH * min(largest, patches) for patches in expected[: len(pushes)]]


@EXAMPLES
@given(frames=DURATIONS, speed=SPEEDS, cuts=CUTS)
def test_the_same_is_asked_for_however_the_units_come(
    frames: list[float], speed: float, cuts: list[int]
) -> None:
    whole, parts = walk(frames, speed), walk(frames, speed, cuts=cuts)
    assert parts.demands == whole.demands
    assert parts.places == whole.places
    assert parts.spans == whole.spans


@given(context=st.lists(st.integers(1, 177), max_size=40), cut=st.integers(0, 9))
def test_a_context_goes_before_the_units_and_changes_no_count(
    context: list[int], cut: int
) -> None:
    def walked(context: Sequence[int]) -> Walk:
        track = Track(1.0, LOOKAHEAD, DELAY, 4, context)
        done = Walk(track, [6.0] * 9, 4)
        done.go()
        # All of it that makes whole steps needs no units after it.
        known = len(context) // ENCODER_STEP * ENCODER_STEP + 1
        seen = sum(map(len, done.demands))
        least = LOOKAHEAD + ENCODER_STEP
        assert seen == (0 if known < least else known - (known - least) % ENCODER_STEP)
        track.feed(some_sounds(9)[:cut])
        done.go()
        track.feed(some_sounds(9)[cut:])
        track.finish()
        done.go()
        return done

    with_it, without = walked(context), walked(())
    kept = context[len(context) % ENCODER_STEP :]
    demanded, others = (sum(one.demands, []) for one in (with_it, without))
    assert demanded == [BOUNDARY, *kept, *others[1:]]
    assert with_it.spans == without.spans
    assert with_it.places == without.places


@EXAMPLES
@given(frames=DURATIONS, cuts=CUTS, most=st.sampled_from((2, 4)))
def test_steps_as_large_as_the_units_allow_change_nothing(
    frames: list[float], cuts: list[int], most: int
) -> None:
    small, large = walk(frames), walk(frames, cuts=cuts, most=most)
    assert large.places == small.places
    assert large.spans == small.spans
    assert {len(demand) for demand in large.demands[1:]} <= {
        ENCODER_STEP << doubled for doubled in range(most.bit_length())
    }


@EXAMPLES
@given(
    texts=st.lists(st.lists(st.integers(1, 177), max_size=40), min_size=1, max_size=24),
    speed=SPEEDS,
    seed=st.integers(0, 999),
)
def test_together_the_same_as_one_by_one(texts: list[list[int]], speed: float, seed: int) -> None:
    """Many tracks are put on their timelines at once, few of them and odd ones each for itself."""
    apart, together = ([some_track(text, speed, n) for n, text in enumerate(texts)] for _ in "12")
    for track in (*apart, *together):
        track.begin_units()
    chance = np.random.default_rng(seed)
    for tokens in (ENCODER_STEP, 2 * ENCODER_STEP, 4 * ENCODER_STEP, ENCODER_STEP):
        frames = np.exp(chance.uniform(-3, 4, (len(texts), tokens)))
        for track, own in zip(apart, frames.tolist(), strict=True):
            track.add_durations(own)
        add_durations(together, frames)
        for one, other in zip(apart, together, strict=True):
            assert other.encoded == one.encoded
            assert other.take_spans() == one.take_spans()
            assert taken(other, 3) == taken(one, 3)


def some_track(units: list[int], speed: float, number: int) -> Track:
    """One in five has a manner of its own."""
    track = Track(speed + number / 50, LOOKAHEAD, DELAY, 4)
    track.feed(units[:9])
    track.feed(units[9:], Manner(rate=1.3) if number % 5 == 4 else PLAIN)
    track.finish()
    return track


@EXAMPLES
@given(frames=DURATIONS, cuts=CUTS)
def test_steps_that_are_filled_up_change_nothing(frames: list[float], cuts: list[int]) -> None:
    """A GPU makes the last units in steps of the size of all others."""
    plain, filled = walk(frames), walk(frames, cuts=cuts, most=4, filled=True)
    assert filled.places == plain.places
    assert filled.spans == plain.spans


@EXAMPLES
@given(frames=DURATIONS)
def test_the_encoder_sees_the_units_between_boundaries(frames: list[float]) -> None:
    demands = walk(frames).demands
    steps = [ENCODER_STEP] * (len(demands) - 1)
    assert [len(demand) for demand in demands] == [LOOKAHEAD + ENCODER_STEP, *steps]
    seen = [unit for demand in demands for unit in demand]
    units = some_sounds(len(frames))
    assert seen[: len(units) + 2] == [BOUNDARY, *units, BOUNDARY]
    assert set(seen[len(units) + 2 :]) <= {BOUNDARY}


def test_nothing_is_asked_for_before_it_can_be_answered() -> None:
    track = Track(1.0, LOOKAHEAD, DELAY, 1)
    track.feed(range(1, LOOKAHEAD + ENCODER_STEP - 1))
    assert not track.wants_begin()
    track.feed([9])
    assert track.wants_begin()
    assert list(track.begin_units()) == [BOUNDARY, *range(1, LOOKAHEAD + ENCODER_STEP - 1), 9]
    assert not track.wants_begin()
    track.feed(range(ENCODER_STEP - 1))
    assert not track.wants_units(4)
    assert not track.has_frames(4)
    track.finish()
    assert track.wants_units(4)
    assert not track.done


@pytest.mark.parametrize("finishes", [1, 2])
def test_an_empty_utterance_is_its_boundaries(finishes: int) -> None:
    track = Track(1.0, LOOKAHEAD, DELAY, 4)
    for _ in range(finishes):
        track.finish()
    done = Walk(track, [])
    done.go()
    assert done.heard == (FIRST_FRAMES + TAIL_FRAMES) * HOP + DELAY
    assert done.spans == []
    assert done.demands[0] == [BOUNDARY] * (LOOKAHEAD + ENCODER_STEP)


def test_one_unit() -> None:
    done = walk([8.0])
    start = (FIRST_FRAMES - LAG) * HOP + DELAY
    assert done.spans == [UnitSpan(0, start, start + 8 * HOP)]


@EXAMPLES
@given(frames=st.lists(st.floats(2, 40), min_size=1, max_size=40), speed=st.floats(0.5, 0.95))
def test_slower_is_longer(frames: list[float], speed: float) -> None:
    ratio = sum(frames) / speed
    spans = walk(frames, speed).spans
    assert abs((spans[-1].end - spans[0].start) / HOP - ratio) <= 1


@pytest.mark.parametrize(
    ("own", "speed", "lasts"),
    [(7.0, 1.0, 7), (7.0, 2.0, 4), (0.4, 1.0, FIRST_FRAMES), (40.0, 1.0, 12)],
)
def test_an_opening_lasts_as_the_model_says(own: float, speed: float, lasts: int) -> None:
    track = Track(speed, LOOKAHEAD, DELAY, 4, opening=12)
    track.feed([20, 21])
    track.finish()
    track.begin_units()
    track.add_durations([own, 6.0, 6.0, 6.0])
    spans = track.take_spans()
    # What is heard of a long opening is the first unit's beginning.
    assert spans.edges[0] == min(0, lasts - LAG) * HOP + DELAY
    assert spans.edges[1] == (lasts - LAG + round(6 / speed)) * HOP + DELAY
    taken = track.take_frames(lasts + 2)
    assert (taken.token, taken.ends[0]) == (0, lasts)


def test_what_goes_on_from_a_context_opens_no_longer_than_ever() -> None:
    track = Track(1.0, LOOKAHEAD, DELAY, 4, [30, 31, 32, 33], opening=12)
    track.feed([20, 21])
    track.finish()
    track.begin_units()
    track.add_durations([9.0] * 7)
    assert track.take_frames(4).ends[0] == FIRST_FRAMES
