"""Who is served next: who is about to run dry, who waits for a first sound, who runs dry first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Final, Protocol, TypeVar

NEAR: Final = 0.3
"""Seconds of sound: who has less is served before newcomers. A crowd that comes at once spends no
more of what those who speak have ahead, half a second and a push, and waits a few ticks instead."""


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


def choose(due: Iterable[W], share: Share, now: float) -> list[W]:
    """The driest first of those that are due; a newcomer is as one who runs dry in NEAR seconds.

    Where a tick serves who needs as much: newcomers alone, or none of them. A newcomer's first push
    is small, and is not held up by those of others, who have something to play. A client that takes
    its sound fast has the more ahead by its own clock, and comes later.
    """

    def dry_at(one: W) -> float:
        return now + NEAR if one.dry_at is None else one.dry_at

    waiting = sorted(due, key=dry_at)
    if not waiting:
        return []
    first = waiting[0]
    if share.alike:
        is_new = first.dry_at is None
        waiting = [
            one
            for one in waiting
            if one.push == first.push and (one.dry_at is None) == is_new
        ]
    frames = accumulate(one.push for one in waiting)
    served = sum(1 for _ in takewhile(lambda together: together <= share.frames, frames))
    return waiting[: max(1, min(share.utterances, served))]

