"""Rows of the slots: grown and shrunk with who is there, never moved; states lie in them whole."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.small import small_acoustic, small_ticker
from tests.support.units import options
from vvstream.engine.slots import Memory, Pool, Slots
from vvstream.engine.tick import Job, Ticker
from vvstream.streaming.state import Layout

LIMIT = 11


def rooms() -> tuple[Slots, Pool[object], Memory]:
    pool: Pool[object] = Pool(Layout(small_acoustic().decoder.init(1)), torch.device("cpu"))
    memory = Memory(4, 3, torch.zeros(1))
    return Slots(LIMIT, (pool, memory)), pool, memory


@settings(max_examples=25)
@given(choices=st.lists(st.one_of(st.none(), st.integers(0, LIMIT)), max_size=40))
def test_rows_are_kept_while_others_come_and_go(choices: list[int | None]) -> None:
    """None: someone comes; a number: one of those that are there leaves."""
    slots, pool, memory = rooms()
    there: list[int] = []
    for choice in choices:
        if choice is None and len(there) < LIMIT:
            row = slots.take()
            assert row not in there
            there.append(row)
            pool.matrix[row] = 100 + row
            memory.ring[row] = 100 + row
        elif choice is not None and there:
            slots.free(there.pop(choice % len(there)))
        assert slots.used == len(there)
        assert max(there, default=0) < slots.capacity <= LIMIT
        assert len(pool.matrix) == len(memory.ring) == slots.capacity
        for row in there:
            assert (pool.matrix[row] == 100 + row).all()
            assert (memory.ring[row] == 100 + row).all()
    for row in there:
        slots.free(row)
    assert (slots.used, slots.capacity) == (0, 1)


def test_growing_doubles_up_to_the_limit() -> None:
    slots, pool, memory = rooms()
    capacities = []
    for row in range(LIMIT):
        assert slots.take() == row
        capacities.append(slots.capacity)
    assert capacities == [1, 2, 4, 4, 8, 8, 8, 8, 11, 11, 11]
    assert slots.size_in_bytes == pool.matrix.nbytes + memory.ring.nbytes
    with pytest.raises(IndexError, match="all 11 slots"):
        slots.take()
    slots.free(3)
    assert slots.take() == 3


def test_shrinking_waits_for_the_highest_row() -> None:
    slots, pool, _ = rooms()
    for _ in range(LIMIT):
        row = slots.take()
        pool.matrix[row] = 100 + row
    for row in range(LIMIT - 1):
        slots.free(row)
    assert slots.capacity == LIMIT
    assert (pool.matrix[LIMIT - 1] == 100 + LIMIT - 1).all()
    slots.free(LIMIT - 1)
    assert slots.capacity == 1


def test_one_session_alone_costs_one_sessions_memory() -> None:
    ticker = small_ticker()
    stages = (ticker.languages["en"].slots, ticker.sound.slots)
    assert [slots.size_in_bytes for slots in stages] == [slots.bytes_a_row for slots in stages]
    ticker.settle_in(ticker.job("en", 0, options()))
    assert [slots.capacity for slots in stages] == [1, 1]


def test_who_finds_no_row_in_the_second_stage_keeps_none_of_the_first() -> None:
    ticker = small_ticker(slots=1)
    first = ticker.job("en", 0, options())
    ticker.settle_in(first)
    ticker.languages["en"].slots.limit = 2
    for _ in range(2):
        with pytest.raises(IndexError, match="all 1 slots"):
            ticker.settle_in(ticker.job("en", 0, options()))
    assert ticker.languages["en"].slots.used == 1


def test_a_ring_remembers_the_newest_tokens_by_their_numbers() -> None:
    memory = Memory(4, 2, torch.zeros(1))
    memory.resize(3)
    rows = torch.tensor([2, 0])
    for first in range(0, 8, 2):
        tokens = torch.tensor([[first, first + 1], [first + 100, first + 101]])
        memory.keep(rows, torch.tensor([first, first]), tokens[..., None].float().expand(2, 2, 2))
    heard = memory.recall(rows, torch.tensor([[4, 5, 6, 7], [7, 6, 5, 4]]))
    assert heard[..., 1].tolist() == [[4, 5, 6, 7], [107, 106, 105, 104]]
    assert not memory.ring[1].any()


def test_a_row_is_begun_clean_whoever_had_it() -> None:
    def spoken(ticker: Ticker, before: int) -> list[bytes]:
        job: Job | None = None
        for count in range(before + 1):
            if job is not None:
                ticker.free(job)
            job = ticker.job("en", 1, options(seed=7 if count == before else 9))
            job.track.feed(range(30 - count % 2, 60))
            ticker.settle_in(job)
            assert job.rows == (0, 0)
            chunks = [chunk for _, chunk in ticker.tick([job]) if chunk is not None]
        return [chunk.samples for chunk in chunks]

    assert spoken(small_ticker(), 0) == spoken(small_ticker(), 2)


class Full:
    """Has no memory for a copy."""

    bytes_a_row = 1

    def resize(self, capacity: int) -> None:
        raise torch.OutOfMemoryError("no memory is left")


class Rows:
    """Notes how many there are."""

    bytes_a_row = 1
    rows = 1

    def resize(self, capacity: int) -> None:
        self.rows = capacity


def test_who_finds_no_memory_takes_nothing() -> None:
    rows = Rows()
    slots = Slots(8, [rows, Full()])
    assert slots.take() == 0
    for _ in range(2):
        with pytest.raises(torch.OutOfMemoryError):
            slots.take()
    assert (slots.used, slots.capacity) == (1, 1)
    assert rows.rows >= slots.capacity


def test_what_cannot_be_copied_to_shrink_stays_as_it_is() -> None:
    first, pools = Rows(), [Rows(), Rows()]
    slots = Slots(8, pools)
    for _ in range(8):
        slots.take()
    slots._pools = [Full(), first]
    first.rows = 8
    for row in range(7, -1, -1):
        slots.free(row)
    assert slots.capacity == 1
    assert first.rows == 8
    slots._pools = pools
    assert [slots.take() for _ in range(3)] == [0, 1, 2]
