"""Fitting, policies and mixing, against a studio that speaks at ten characters a second."""

import array
import asyncio
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playing.pcm import bytes_of, samples_of
from voicing.cast import Cast, Voice, Voices
from voicing.cue import Cue
from voicing.director import Director, Placed, Policy
from voicing.mixer import DUCKED, FADE, Mixer
from voicing.report import outcome, row, summary
from voicing.studio import QUIET, Wording, trimmed

VOICES = Voices((Voice("en-A", "en"), Voice("en-B", "en")), "en-A")
HZ = 16_000


class Studio:
    """Speaks at once: 0.1 s a character at speed 1."""

    def __init__(self) -> None:
        self.asked: list[Wording] = []

    def begin(self, wording: Wording) -> None:
        self.asked.append(wording)

    async def take(self, wording: Wording) -> bytes:
        self.asked.append(wording)
        return tone(len(wording.text) / 10 / wording.speed)


def tone(seconds: float, level: int = 1_000) -> bytes:
    return bytes_of(array.array("h", [level]) * round(seconds * HZ))


def director(policy: Policy, fastest: float = 1.5) -> Director:
    studio: Any = Studio()
    return Director(studio, Cast(VOICES, {}, None), policy, 1.0, fastest)


def cue(start: float, end: float, characters: int, speaker: str = "", room: float = 0) -> Cue:
    return Cue(1, start, end, "x" * characters, speaker, "en", room or end)


async def place(policy: Policy, *cues: Cue, fastest: float = 1.5) -> list[Placed]:
    one = director(policy, fastest)
    return [await one.place(cue) for cue in cues]


async def test_what_fits_is_spoken_as_it_is() -> None:
    [placed] = await place(Policy.SHIFT, cue(1, 3, 20))
    assert (placed.begin, placed.end, placed.speed) == (1, 3, 1)
    assert outcome(placed) == "fits"
    assert not placed.faster


async def test_what_does_not_fit_is_spoken_faster_but_no_faster_than_needed() -> None:
    [placed] = await place(Policy.SHIFT, cue(1, 3, 25))
    assert 1.25 <= placed.speed <= 1.28
    assert placed.end <= 3
    assert placed.faster
    assert placed.natural == 2.5
    [placed] = await place(Policy.SHIFT, cue(1, 3, 25, room=3.5))
    assert placed.speed == 1


async def test_there_is_a_limit_to_haste() -> None:
    [placed] = await place(Policy.SHIFT, cue(1, 3, 40))
    assert placed.speed == 1.5
    assert placed.spare == pytest.approx(3 - (1 + 4 / 1.5), abs=1e-3)
    assert outcome(placed) == "too long by 0.67 s"


LONG, NEXT = cue(1, 3, 40, "Anna"), cue(3, 6, 20, "Ben")


async def test_shift() -> None:
    long, following, third = await place(Policy.SHIFT, LONG, NEXT, cue(6, 8, 5, "Anna"))
    assert following.begin == long.end > 3
    assert outcome(following) == f"shifted {long.end - 3:.2f} s"
    assert third.begin == 6  # the pause was long enough to catch up


async def test_what_was_shifted_catches_up_by_speaking_faster() -> None:
    _, following = await place(Policy.SHIFT, LONG, cue(3, 5, 18, "Ben"))
    assert 1 < following.speed <= 1.5
    assert following.spare >= 0


async def test_overlap_and_duck() -> None:
    for policy in (Policy.OVERLAP, Policy.DUCK):
        long, following = await place(policy, LONG, NEXT)
        assert following.begin == 3 < long.end
        assert following.policy is policy


async def test_drop() -> None:
    long, following, third = await place(Policy.DROP, LONG, NEXT, cue(5, 8, 5))
    assert following.dropped
    assert not long.dropped
    assert not third.dropped
    assert outcome(following) == "dropped"
    told = summary([long, following, third])
    assert told.startswith("2 of 3 cues spoken, 66.7% begin within 50 ms of their time")


async def test_two_speak_at_once_where_the_file_has_them_so() -> None:
    anna, ben = await place(Policy.SHIFT, cue(1, 5, 30, "Anna"), cue(2, 5, 10, "Ben"))
    assert (anna.begin, ben.begin) == (1, 2)
    again = await place(Policy.SHIFT, cue(1, 5, 30, "Anna"), cue(2, 5, 10, "Anna"))
    assert again[1].begin == again[0].end


async def test_lines_without_an_end_wait_for_each_other_and_catch_up() -> None:
    lines = [replace(cue(0, inf, 20, who), room=inf) for who in ("", "A", "B")]
    placed = await place(Policy.SHIFT, *lines)
    assert [one.begin for one in placed] == [0, placed[0].end, placed[1].end]
    assert [one.speed for one in placed] == [1, 1.5, 1.5]
    assert "inf" not in row(placed[1])


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.2, 4), st.integers(1, 60)), max_size=8),
    st.sampled_from(list(Policy)),
)
def test_nobody_begins_early_or_speaks_too_fast(
    gaps: list[tuple[float, float, int]], policy: Policy
) -> None:
    cues: list[Cue] = []
    start = 0.0
    for gap, length, characters in gaps:
        start += gap
        cues.append(cue(start, start + length, characters, "AB"[len(cues) % 2]))
    for placed in asyncio.run(place(policy, *cues)):
        assert placed.begin >= placed.cue.start
        assert 1 <= placed.speed <= 1.5
        if policy in {Policy.OVERLAP, Policy.DUCK}:
            assert placed.late == 0
        if placed.speed < 1.5 and placed.policy is not Policy.SHIFT and not placed.dropped:
            assert placed.spare >= -1e-3


def test_the_track_is_silence_and_the_sounds_in_their_places() -> None:
    mixer = Mixer()
    mixer.add(tone(0.5, 1), 1.0)
    mixer.add(tone(0.5, 2), 2.0)
    track = mixer.take(until=1.2) + mixer.take() + mixer.take(until=3.0)
    silence = bytes(HZ)
    assert track == silence * 2 + tone(0.5, 1) + silence + tone(0.5, 2) + silence
    mixer.add(tone(0.1, 3), 0.0)  # too late for that
    assert mixer.take(until=3.1) == tone(0.1, 3)


def test_what_sounds_together_is_added_and_clipped() -> None:
    mixer = Mixer()
    mixer.add(tone(1, 30_000), 0.0)
    mixer.add(tone(1, 1_000), 0.25)
    mixer.add(tone(0.25, 30_000), 0.5)
    assert mixer.take(until=1.25) == (
        tone(0.25, 30_000)
        + tone(0.25, 31_000)
        + tone(0.25, 32_767)
        + tone(0.25, 31_000)
        + tone(0.25, 1_000)
    )


def test_the_older_one_is_softer_without_a_click() -> None:
    mixer = Mixer()
    mixer.add(tone(2, 1_000), 0.0)
    mixer.add(tone(0.5, 0), 1.0, duck=True)
    track = samples_of(mixer.take(until=2.0))
    assert set(track[: HZ - 1]) == {1_000}
    assert set(track[HZ + FADE + 1 :]) == {round(1_000 * DUCKED)}
    assert max(abs(a - b) for a, b in zip(track, track[1:], strict=False)) <= 2


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200), st.booleans()), max_size=5))
def test_a_track_is_the_same_however_it_is_taken(sounds: list[tuple[int, int, bool]]) -> None:
    def track(step: int) -> bytes:
        mixer = Mixer()
        for begin, length, duck in sounds:
            mixer.add(tone(length / HZ, 100), begin / HZ, duck=duck)
        return b"".join(mixer.take(until=at / HZ) for at in range(step, 601, step))

    assert track(600) == track(1) == track(50)


def test_silence_around_a_cue_is_no_speech() -> None:
    loud, soft = tone(0.1, QUIET), tone(0.2, QUIET - 1)
    assert trimmed(soft + loud + soft + loud + soft) == loud + soft + loud
    assert trimmed(soft) == b""
