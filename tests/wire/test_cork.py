"""Writes of one turn go out together, in order, and none is lost by a close."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.wire.cork import Cork


class Wire:
    """A transport that keeps what was done to it."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 5

    def pause_reading(self) -> None:
        self.done.append("paused")


@given(st.lists(st.lists(st.binary(min_size=1, max_size=9), max_size=5), max_size=5))
def test_each_turn_is_one_write(turns: list[list[bytes]]) -> None:
    wire = Wire()

    async def write() -> None:
        cork = Cork(wire)  # type: ignore[arg-type]
        for pieces in turns:
            for piece in pieces:
                cork.write(piece)
            assert cork.get_write_buffer_size() == 5 + len(b"".join(pieces))
            await asyncio.sleep(0)
            assert cork.get_write_buffer_size() == 5

    asyncio.run(write())
    assert wire.done == [b"".join(pieces) for pieces in turns if pieces]


@pytest.mark.parametrize("how", ["close", "abort", "lost"])
async def test_how_it_ends(how: str) -> None:
    wire = Wire()
    cork = Cork(wire)  # type: ignore[arg-type]
    cork.pause_reading()
    cork.write(b"last")
    if how == "lost":
        wire.closed = True
    else:
        getattr(cork, how)()
    await asyncio.sleep(0)
    assert wire.closed
    assert wire.done == (["paused", b"last"] if how == "close" else ["paused"])
