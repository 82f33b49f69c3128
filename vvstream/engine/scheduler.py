"""Who is served next: who waits for a first sound, then who is closest to running dry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile
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
    alike: bool = True
    """Whether a tick serves only who needs as much as the first: on a CPU each size of push is a
    batch of its own, and has to be waited for. On a GPU a small batch costs a large one nothing,
    and a stream of newcomers would never let the others in."""


def choose(due: Iterable[W], share: Share) -> list[W]:
    """The driest first of those that are due, newcomers before them.

    Where a tick serves who needs as much: newcomers alone, else those with the driest. A newcomer's
    first push is small, and is not held up by those of others, who have something to play. A client
    that takes its sound fast has the more ahead by its own clock, and comes later.
    """
    waiting = sorted(due, key=_dry_at)
    if not waiting:
        return []
    first = waiting[0]
    if share.alike:
        waiting = [one for one in waiting if one.push == first.push]
        if first.dry_at is None:
            waiting = [one for one in waiting if one.dry_at is None]
    frames = accumulate(one.push for one in waiting)
    served = sum(1 for _ in takewhile(lambda together: together <= share.frames, frames))
    return waiting[: max(1, min(share.utterances, served))]


def _dry_at(one: Waiting) -> float:
    return -math.inf if one.dry_at is None else one.dry_at
