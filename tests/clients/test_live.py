"""Cues at their time, on cards that run too fast or too slow, or stall: all by clocks of ours."""

import asyncio

import pytest

from tests.clients.test_director import cue, director
from voicing.cue import Cue
from voicing.director import Placed, Policy
from voicing.live import Stage, of_file

HZ = 16_000


class Wall:
    """A wall clock that moves when somebody waits for it."""

    def __init__(self) -> None:
        self.time = 50.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


class Card:
    """A card that holds 0.2 s and plays at its own rate; `stalls`: seconds lost before a write."""

    underruns = 0
    silence = 0.0

    def __init__(self, wall: Wall, rate: float, stalls: dict[int, float]) -> None:
        self.wall, self.rate, self.stalls = wall, rate, stalls
        self.empty_at = wall.time
        self.written = 0.0
        self.writes = 0
        self.loud: list[float] = []  # when something began to sound after silence
        self._quiet = True

    def write(self, sound: bytes) -> None:
        self.wall.time += self.stalls.pop(self.writes, 0.0)
        self.writes += 1
        seconds = len(sound) / 2 / HZ
        begin = max(self.empty_at, self.wall.time)
        for at in range(0, len(sound), 32):  # to a millisecond
            quiet = not any(sound[at : at + 32])
            if self._quiet and not quiet:
                self.loud.append(begin + at / 2 / HZ)
            self._quiet = quiet
        self.empty_at = begin + seconds / self.rate
        self.written += seconds
        self.wall.time = max(self.wall.time, self.empty_at - 0.2 / self.rate)

    def heard(self) -> float:
        return self.written - max(0.0, (self.empty_at - self.wall.time) * self.rate)

    def pause(self) -> None:
        pass

    def drain(self) -> None:
        self.wall.time = max(self.wall.time, self.empty_at)

    def close(self) -> None:
        pass


async def played(cues: list[Cue], rate: float, stalls: dict[int, float]) -> list[float]:
    """How late each cue is heard, by the wall clock."""
    wall = Wall()
    card = Card(wall, rate, stalls)
    one = director(Policy.SHIFT)
    rows: list[object] = []
    stage = Stage(card, lambda sound: sound, lambda at: None, clock=wall)
    await stage.play(of_file(cues, one), one, rows.append)
    assert [isinstance(row, Placed) for row in rows] == [True] * len(cues)
    assert len(card.loud) == len(cues)
    return [at - 50.0 - one.start for at, one in zip(card.loud, cues, strict=True)]


CUES = [cue(1 + 3 * number, 3 + 3 * number, 10 + number % 9) for number in range(40)]


@pytest.mark.parametrize("rate", [1.0, 1.002, 0.998])
async def test_two_minutes_on_a_card_with_a_clock_of_its_own(rate: float) -> None:
    late = await played(CUES, rate, {})
    assert max(map(abs, late)) <= 0.05


async def test_after_a_stall_the_next_cue_is_in_time() -> None:
    # A second is lost while the second cue sounds, and again while the tenth does.
    late = await played(CUES, 1.0, {220: 1.0, 1_400: 1.0})
    assert sum(abs(one) > 0.05 for one in late) <= 2
    assert abs(late[-1]) <= 0.05


async def test_time_begins_once_the_first_cue_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall()
    card = Card(wall, 1.0, {})
    one = director(Policy.SHIFT)
    place = one.place
    written: list[int] = []

    async def place_slowly(said: Cue, now: float = 0.0) -> Placed:
        for _ in range(50):
            await asyncio.to_thread(int)  # the sound might be written meanwhile
        written.append(card.writes)
        return await place(said, now)

    monkeypatch.setattr(one, "place", place_slowly)
    cues = [cue(0.1, 2, 10), cue(3, 5, 10)]
    stage = Stage(card, lambda sound: sound, lambda at: None, clock=wall)
    await stage.play(of_file(cues, one), one, lambda row: None)
    assert written[0] == 0
    assert len(card.loud) == 2
    assert card.loud[1] - card.loud[0] == pytest.approx(2.9, abs=0.05)
