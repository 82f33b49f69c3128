"""Cutting a whole into pieces, as Hypothesis likes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

# Lengths of successive pieces; the rest follows in one.
CUTS = st.lists(st.integers(1, 9), max_size=12)


def pieces(start: int, end: int, cuts: Sequence[int]) -> Iterator[slice]:
    """Slices that cover [start, end) in pieces of the given lengths."""
    for length in cuts:
        if start >= end:
            return
        stop = min(end, start + length)
        yield slice(start, stop)
        start = stop
    if start < end:
        yield slice(start, end)
