"""Who is served next: who waits for a first sound, then who is closest to running dry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """Has room for more sound, and units to make it from."""

    @property
    def dry_at(self) -> float | None:
        """When who plays it from its first sound on has nothing left; None: it has no sound yet."""

    @property
    def push(self) -> int:
        """Frames that it gets next."""


W = TypeVar("W", bound=Waiting)


@dataclass(frozen=True, slots=True)
class Share:
    """The most that one tick serves: beyond it whoever comes next would wait too long."""

    utterances: int
    frames: int  # of all together; one is always served


def choose(due: Iterable[W], share: Share) -> list[W]:
    """Newcomers alone; else the driest first of those that are due, with whom needs as much.

    A newcomer's first push is small, and is not held up by those of others, who have something to
    play. A client that takes its sound fast has the more ahead by its own clock, and comes later.
    """
    waiting = sorted(due, key=_dry_at)
    if not waiting:
        return []
    first = waiting[0]
    alike = [one for one in waiting if one.push == first.push]
    if first.dry_at is None:
        alike = [one for one in alike if one.dry_at is None]
    return alike[: max(1, min(share.utterances, share.frames // first.push))]


def _dry_at(one: Waiting) -> float:
    return -math.inf if one.dry_at is None else one.dry_at
