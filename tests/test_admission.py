"""Newcomers are refused before those who are there would suffer."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.admission import admit, refusal
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
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots_used": 8}, "all 8 voices are speaking"),
        ({"memory_used": 91}, "memory"),
        ({"lateness_p99_s": 0.051}, "no time"),
    ],
)
def test_what_is_too_much(change: dict[str, Any], words: str) -> None:
    assert refusal(CALM, POLICY) is None
    assert words in (refusal(replace(CALM, **change), POLICY) or "")


@given(STATUSES, st.integers(0, 100), st.integers(0, 5), st.floats(0, 1))
def test_more_of_anything_admits_nobody_new(
    status: EngineStatus, memory: int, slots: int, late: float
) -> None:
    more = replace(
        status,
        memory_used=status.memory_used + memory,
        slots_used=status.slots_used + slots,
        lateness_p99_s=status.lateness_p99_s + late,
    )
    assert refusal(status, POLICY) is None or refusal(more, POLICY) is not None


@given(STATUSES)
def test_an_engine_that_serves_nobody_takes_anybody(status: EngineStatus) -> None:
    assert refusal(replace(status, slots_used=0), POLICY) is None


@given(st.lists(STATUSES, max_size=4))
def test_one_engine_that_can_is_enough(engines: list[EngineStatus]) -> None:
    if any(refusal(status, POLICY) is None for status in engines):
        admit(engines, POLICY)
    else:
        with pytest.raises(Overloaded) as caught:
            admit(engines, POLICY)
        assert caught.value.retry_after == 2.5


@given(st.lists(STATUSES, max_size=4))
def test_several_engines_as_one(engines: list[EngineStatus]) -> None:
    whole = total(engines)
    assert whole.slots_used == sum(each.slots_used for each in engines)
    assert whole.lateness_p99_s == max([0.0, *(each.lateness_p99_s for each in engines)])
    # What processes of one computer have is counted once.
    if engines and all(each.kind == "cpu" for each in engines):
        assert whole.memory_limit == max(each.memory_limit for each in engines)
