"""Streaming state: typed values made of tensors whose first dimension is the slot.

A state is a frozen dataclass whose fields are tensors, other states, or tuples of states. Nothing
else may be in it, so that a scheduler can pick slots out of a batch and put them back without
knowing what a layer keeps.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from vvstream.streaming.recorded import seen_as

S = TypeVar("S")


def map_tensors(function: Callable[..., Tensor], first: S, *others: S) -> S:
    """Apply `function` to the corresponding tensors of states of the same shape."""
    mapped: S = _map(function, first, others)
    return mapped


def _map(function: Callable[..., Tensor], first: Any, others: Sequence[Any]) -> Any:
    if isinstance(first, Tensor):
        return function(first, *others)
    if isinstance(first, tuple):
        return tuple(_map(function, part, rest) for part, *rest in zip(first, *others, strict=True))
    if not dataclasses.is_dataclass(first) or isinstance(first, type):
        raise TypeError(f"a state holds tensors, states and tuples of states, not {type(first)}")
    fields = {
        name: _map(function, getattr(first, name), [getattr(other, name) for other in others])
        for name in (field.name for field in dataclasses.fields(first))
    }
    return type(first)(**fields)


def tensors(state: object) -> list[Tensor]:
    """The tensors of a state, in the order of its fields."""
    found: list[Tensor] = []

    def collect(tensor: Tensor) -> Tensor:
        found.append(tensor)
        return tensor

    map_tensors(collect, state)
    return found


class Layout(Generic[S]):
    """How the states of many slots lie in one matrix, a row a slot.

    What a step needs of its slots is then one copy, and what it leaves behind is another, however
    many tensors a state has. Whole numbers lie behind the floats, bit by bit as they are.
    """

    def __init__(self, like: S) -> None:
        """`like` is a state of any batch; its values do not matter."""
        self._like = map_tensors(lambda tensor: torch.empty_like(tensor, device="meta"), like)
        first = tensors(like)
        self.dtype = next(tensor.dtype for tensor in first if tensor.is_floating_point())
        parts = [math.prod(tensor.shape[1:]) for tensor in first]
        whole = [tensor.dtype == torch.long for tensor in first]
        self._floats = sum(size for size, is_long in zip(parts, whole, strict=True) if not is_long)
        self._floats += self._floats % 2  # so that whole numbers begin at eight bytes
        self._longs = sum(size for size, is_long in zip(parts, whole, strict=True) if is_long)
        self._per_long = 8 // self.dtype.itemsize
        self.width = self._floats + self._longs * self._per_long

    def pack(self, state: S) -> Tensor:
        """A state of B slots -> a matrix [B, width] of its own."""
        found = tensors(state)
        batch = found[0].shape[0]
        floats = [t.reshape(batch, -1) for t in found if t.dtype != torch.long]
        longs = [t.reshape(batch, -1) for t in found if t.dtype == torch.long]
        parts = [part.to(self.dtype) for part in floats]
        if missing := self._floats - sum(part.shape[1] for part in parts):
            parts.append(parts[0].new_zeros(batch, missing))
        if longs:
            parts.append(seen_as(torch.cat(longs, 1), self.dtype))
        return torch.cat(parts, 1)

    def unpack(self, matrix: Tensor) -> S:
        """A matrix [B, width] -> the state in it; its tensors are views."""
        floats = matrix[:, : self._floats]
        longs = seen_as(matrix[:, self._floats :], torch.long) if self._longs else floats
        at = {False: 0, True: 0}

        def read(like: Tensor) -> Tensor:
            is_long = like.dtype == torch.long
            shape = tuple(map(int, like.shape[1:]))
            start, size = at[is_long], math.prod(shape)
            at[is_long] += size
            part = (longs if is_long else floats)[:, start : start + size]
            return part.reshape(matrix.shape[0], *shape).to(like.dtype)

        return map_tensors(read, self._like)


def last(x: Tensor, frames: int) -> Tensor:
    """The last `frames` of x[B, T, C], a view, for any `frames` from 0 on."""
    return x[:, x.shape[1] - frames :]


def push(tail: Tensor, x: Tensor) -> Tensor:
    """tail[B, K, C] followed by x[B, T, C]."""
    return torch.cat((tail, x), 1)
