"""Newcomers are refused before those who are there would suffer."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vvstream.admission import MORE, MORE_SHARE, Door, Doors
from vvstream.config import Admission
from vvstream.errors import Overloaded
from vvstream.status import EngineStatus, total

POLICY = Admission(memory_share=0.9, lateness_ms=50, retry_seconds=2.5)
CALM = EngineStatus("cpu", "cpu", 10, 100, 1, 8, 100, 0, 0.0, 5.0)
STATUSES = st.builds(
    EngineStatus,
    device=st.just("cpu"),
    kind=st.sampled_from(("cpu", "cuda")),
    memory_used=st.integers(0, 200),
    memory_limit=st.integers(1, 200),
    slots_used=st.integers(0, 10),
    slots_limit=st.integers(1, 10),
    ticks=st.integers(0, 1000),
    late_ticks=st.integers(0, 1000),
    lateness_p99_s=st.floats(0, 1),
    audio_seconds=st.floats(0, 1e6),
    effort=st.floats(0, 2),
)


def refusal(status: EngineStatus) -> str | None:
    """By a door that knows nothing yet."""
    return Door().refusal(status, POLICY, 0.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots_used": 8}, "all 8 voices are speaking"),
        ({"memory_used": 91}, "memory"),
        ({"lateness_p99_s": 0.051}, "no time"),
        ({"effort": 0.96}, "no time"),
    ],
)
def test_what_is_too_much(change: dict[str, Any], words: str) -> None:
    assert refusal(CALM) is None
    assert words in (refusal(replace(CALM, **change)) or "")


@given(STATUSES, st.integers(0, 100), st.integers(0, 5), st.floats(0, 1), st.floats(0, 1))
def test_more_of_anything_admits_nobody_new(
    status: EngineStatus, memory: int, slots: int, late: float, effort: float
) -> None:
    more = replace(
        status,
        memory_used=status.memory_used + memory,
        slots_used=status.slots_used + slots,
        lateness_p99_s=status.lateness_p99_s + late,
        effort=status.effort + effort,
    )
    assert refusal(status) is None or refusal(more) is not None


@given(STATUSES)
def test_an_engine_that_serves_nobody_takes_anybody(status: EngineStatus) -> None:
    door = Door()
    door.refusal(status, POLICY, 0.0)
    assert door.refusal(replace(status, slots_used=0), POLICY, 1.0) is None


@given(st.lists(STATUSES, max_size=4))
def test_one_engine_that_can_is_enough(engines: list[EngineStatus]) -> None:
    if any(refusal(status) is None for status in engines):
        Doors().admit(engines, POLICY, 0.0)
    else:
        with pytest.raises(Overloaded) as caught:
            Doors().admit(engines, POLICY, 0.0)
        assert caught.value.retry_after == 2.5


def speaking(count: int, late_ms: float = 0.0) -> EngineStatus:
    return replace(CALM, slots_used=count, slots_limit=1000, lateness_p99_s=late_ms / 1000)


def test_late_once_it_stays_shut_until_it_is_well_in_time_again() -> None:
    door = Door()
    assert door.refusal(speaking(20, 49), POLICY, 10.0) is None
    assert door.refusal(speaking(20, 51), POLICY, 11.0)
    for late in (49, 26, 49, 26):
        assert door.refusal(speaking(15, late), POLICY, 12.0), "around the limit it does not flap"
    door.refusal(speaking(15, 25), POLICY, 13.0)
    assert door.refusal(speaking(14, 25), POLICY, 13.0) is None


def test_those_who_were_refused_cannot_all_come_in_at_once() -> None:
    door = Door()
    assert door.refusal(speaking(20, 80), POLICY, 100.0)
    assert door.refusal(speaking(18), POLICY, 101.0), "so many are in time, and no more are known"
    came = 0
    while door.refusal(speaking(12 + came), POLICY, 101.0) is None:
        came += 1
    assert came == 6
    # Some seconds later there is room for a few.
    assert door.refusal(speaking(18), POLICY, 103.0) is None
    assert door.refusal(speaking(22), POLICY, 103.0)


@settings(max_examples=15)
@given(capacity=st.integers(4, 200), wanted=st.integers(1, 8), delay=st.floats(0.1, 4.0))
def test_under_any_crowd_an_engine_is_seldom_given_more_than_it_can(
    capacity: int, wanted: int, delay: float
) -> None:
    """A machine that is late `delay` seconds after there are too many, and so many that try to
    come in each tenth of a second: once it was learnt, only a few more than it has time for are
    there, and not much fewer."""
    door, there, over_since = Door(), 0, -1.0
    overload: list[int] = []
    for tick in range(600):
        now = tick / 10
        over_since = -1.0 if there <= capacity else max(over_since, 0.0) or now
        late = 200.0 if over_since >= 0 and now - over_since > delay else 0.0
        for _ in range(wanted):
            if door.refusal(speaking(there, late), POLICY, now) is None:
                there += 1
        if tick % 5 == 0 and there:
            there -= max(1, there // 20)  # who has said all leaves
        if now > 40:
            overload.append(there - capacity)
    more = MORE + MORE_SHARE * (max(overload) + capacity)
    assert max(overload) <= 3 + (delay + 2) * more
    if 100 * wanted > 2 * capacity:  # as many come as would leave
        assert min(overload) >= -0.5 * capacity


def test_an_engine_that_came_back_has_a_door_of_its_own() -> None:
    doors = Doors()
    with pytest.raises(Overloaded, match="starting again"):
        doors.admit([], POLICY, 0.0)
    doors.admit([speaking(5)], POLICY, 1.0)
    doors.admit([speaking(5, 99), speaking(5)], POLICY, 2.0)
    with pytest.raises(Overloaded, match="no time"):
        doors.admit([speaking(5, 30)], POLICY, 3.0)


@given(st.lists(STATUSES, max_size=4))
def test_several_engines_as_one(engines: list[EngineStatus]) -> None:
    whole = total(engines)
    assert whole.slots_used == sum(each.slots_used for each in engines)
    assert whole.lateness_p99_s == max([0.0, *(each.lateness_p99_s for each in engines)])
    # What processes of one computer have is counted once.
    if engines and all(each.kind == "cpu" for each in engines):
        assert whole.memory_limit == max(each.memory_limit for each in engines)
