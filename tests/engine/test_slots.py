"""Rows of the slots: counted at once, grown and shrunk between ticks, never moved."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.small import small_acoustic, small_stages, small_vocoder
from vvstream.engine.slots import Slots
from vvstream.engine.tick import new_job, tick
from vvstream.streaming.state import size_in_bytes, take, tensors

LIMIT = 11


def slots(limit: int = LIMIT) -> Slots:
    return Slots(small_acoustic(), small_vocoder(), limit)


@settings(max_examples=25)
@given(choices=st.lists(st.one_of(st.none(), st.integers(0, LIMIT)), max_size=40))
def test_rows_are_kept_while_others_come_and_go(choices: list[int | None]) -> None:
    """None: someone comes; a number: one of those that are there leaves."""
    rooms = slots()
    there: list[int] = []
    for choice in choices:
        if choice is None and len(there) < LIMIT:
            row = rooms.take()
            assert row not in there
            there.append(row)
            rooms.make_room(row)
            rooms.state.voice[row] = 100 + row
        elif choice is not None and there:
            rooms.free(there.pop(choice % len(there)))
        assert rooms.used == len(there)
        assert max(there, default=0) < rooms.capacity <= LIMIT
        assert [int(rooms.state.voice[row]) for row in there] == [100 + row for row in there]
    for row in there:
        rooms.free(row)
    assert (rooms.used, rooms.capacity) == (0, 1)


def test_growing_doubles_up_to_the_limit() -> None:
    rooms = slots()
    capacities = []
    for row in range(LIMIT):
        assert rooms.take() == row
        rooms.make_room(row)
        capacities.append(rooms.capacity)
    assert capacities == [1, 2, 4, 4, 8, 8, 8, 8, 11, 11, 11]
    assert rooms.size_in_bytes == LIMIT * size_in_bytes(take(rooms.state, torch.tensor([0])))
    with pytest.raises(IndexError, match="all 11 slots"):
        rooms.take()
    rooms.free(3)
    assert rooms.take() == 3


def test_shrinking_waits_for_the_highest_row() -> None:
    rooms = slots()
    for row in range(LIMIT):
        rooms.make_room(rooms.take())
        rooms.state.voice[row] = 100 + row
    for row in range(LIMIT - 1):
        rooms.free(row)
    assert rooms.capacity == LIMIT
    assert int(rooms.state.voice[LIMIT - 1]) == 100 + LIMIT - 1
    rooms.free(LIMIT - 1)
    assert rooms.capacity == 1


def test_taking_a_row_leaves_the_tensors_alone() -> None:
    """A tick may be writing to them: whoever takes a row is in another thread."""
    rooms = slots()
    before = rooms.state
    assert [rooms.take() for _ in range(LIMIT)] == list(range(LIMIT))
    assert rooms.state is before


def test_a_row_is_begun_clean_whoever_had_it() -> None:
    stages, rooms = small_stages(), slots()

    def begun(row: int) -> list[torch.Tensor]:
        job = new_job(stages, row, 1, 7, 1.0, 1)
        # Enough to begin, too little to go on.
        job.track.feed(range(20, 19 + stages.lookahead_units))
        list(tick([job], stages, rooms))
        return [tensor.clone() for tensor in tensors(take(rooms.state, torch.tensor([row])))]

    row = rooms.take()
    fresh = begun(row)
    other = new_job(stages, row, 0, 9, 1.0, 1)
    other.track.feed(range(30, 60))
    assert list(tick([other], stages, rooms))
    rooms.free(row)
    assert rooms.take() == row
    for again, first in zip(begun(row), fresh, strict=True):
        assert torch.equal(again, first)
