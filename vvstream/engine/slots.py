"""Rows for utterances, and the matrices in which their states lie: one row each.

Threads that tick side by side own different rows of the same matrices. What one of them reads or
writes is its own rows, so all that must not happen at once is that rows are written and that all of
them move: whoever replaces a matrix, or writes to it, holds its lock.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from vvstream.streaming.state import Layout

S = TypeVar("S")


class Resizable(Protocol):
    """What has a row for each slot."""

    def resize(self, capacity: int) -> None:
        """Make room for so many rows, or give it back; what lies in the rest is kept."""

    @property
    def bytes_a_row(self) -> int:
        """What a row takes."""


class Pool(Generic[S]):
    """The states of one network: a row a slot, taken and given back without looking inside."""

    def __init__(self, layout: Layout[S], device: torch.device) -> None:
        self.layout = layout
        self.matrix = torch.zeros(1, layout.width, dtype=layout.dtype, device=device)
        self._moving = threading.Lock()

    @property
    def bytes_a_row(self) -> int:
        return self.matrix.shape[1] * self.matrix.element_size()

    def resize(self, capacity: int) -> None:
        with self._moving:
            self.matrix = resized(self.matrix, capacity)

    def put(self, rows: Tensor, states: Tensor) -> None:
        """states[B, width] into rows long[B]."""
        with self._moving:
            self.matrix.index_copy_(0, rows, states)


class Memory:
    """The encodings of each slot's newest tokens, kept until their frames are made.

    A ring: token number t lies at t modulo `tokens`.
    """

    def __init__(self, tokens: int, channels: int, like: Tensor) -> None:
        self.tokens = tokens
        self.ring = like.new_zeros(1, tokens, channels)  # float[S, tokens, C]
        self._moving = threading.Lock()

    @property
    def bytes_a_row(self) -> int:
        return self.ring[0].numel() * self.ring.element_size()

    def resize(self, capacity: int) -> None:
        with self._moving:
            self.ring = resized(self.ring, capacity)

    def keep(self, rows: Tensor, first: Tensor, encodings: Tensor) -> None:
        """encodings[B, T, C] of the tokens from number first[B] on, for rows[B]."""
        numbers = first[:, None] + torch.arange(encodings.shape[1], device=first.device)
        with self._moving:
            self.ring[rows[:, None], numbers % self.tokens] = encodings.to(self.ring.dtype)

    def recall(self, rows: Tensor, numbers: Tensor) -> Tensor:
        """rows[B], token numbers[B, T] -> their encodings[B, T, C]."""
        return self.ring[rows[:, None], numbers % self.tokens]


def resized(old: Tensor, capacity: int) -> Tensor:
    """A copy with `capacity` rows; new ones hold zeros."""
    new = old.new_zeros((capacity, *old.shape[1:]))
    kept = min(capacity, len(old))
    new[:kept] = old[:kept]
    return new


class Slots:
    """Which rows are taken. Capacity doubles when full and halves while three quarters are free.

    The pools are replaced by `take` and `free`, so these belong to those who tick.
    """

    def __init__(self, limit: int, pools: Sequence[Resizable]) -> None:
        self.limit = limit
        self.capacity = 1
        self._pools = pools
        self._free: list[int] = []  # rows under _next that are not taken, a heap
        self._next = 0
        self._used: set[int] = set()
        self._turn = threading.Lock()

    @property
    def used(self) -> int:
        return len(self._used)

    @property
    def bytes_a_row(self) -> int:
        return sum(pool.bytes_a_row for pool in self._pools)

    @property
    def size_in_bytes(self) -> int:
        return self.capacity * self.bytes_a_row

    def take(self) -> int:
        """The lowest free row. Raises IndexError at the limit: whoever admits must ask first."""
        with self._turn:
            if self.used >= self.limit:
                raise IndexError(f"all {self.limit} slots are taken")
            row = self._free[0] if self._free else self._next
            if row >= self.capacity:
                # First: where there is no memory for more, nothing has been taken.
                self._grow(min(self.limit, 2 * self.capacity))
            if self._free:
                heapq.heappop(self._free)
            else:
                self._next += 1
            self._used.add(row)
            return row

    def free(self, row: int) -> None:
        with self._turn:
            self._used.remove(row)
            heapq.heappush(self._free, row)
            if self.used > self.capacity // 4:
                return
            # Shrinking never moves a row: it waits until the upper half is empty.
            capacity, highest = self.capacity, max(self._used, default=-1)
            while capacity > 1 and self.used <= capacity // 4 and highest < capacity // 2:
                capacity //= 2
            if capacity < self.capacity:
                self._shrink(capacity)

    # Where there is no memory for the copy of a pool, it has more rows than are used, never fewer.

    def _grow(self, capacity: int) -> None:
        for pool in self._pools:
            pool.resize(capacity)
        self.capacity = capacity

    def _shrink(self, capacity: int) -> None:
        self.capacity = capacity
        with suppress(torch.OutOfMemoryError):
            for pool in self._pools:
                pool.resize(capacity)
