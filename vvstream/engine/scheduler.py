"""Who is served next: the one closest to running dry, and with it those who need as much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """Has room for more sound, and units to make it from."""

    @property
    def ahead(self) -> float:
        """Seconds of sound made and not yet taken by the listener."""

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
    """Of those that are due the driest first, and others whose push is as large.

    A newcomer has nothing ahead and so comes before everyone who is being listened to; its first
    push is small, and is not held up by the large ones of others. A client that takes its sound
    fast is no sooner due than its queue is empty, like everyone else.
    """
    waiting = sorted(due, key=lambda one: one.ahead)
    if not waiting:
        return []
    push = waiting[0].push
    most = max(1, min(share.utterances, share.frames // push))
    return [one for one in waiting if one.push == push][:most]
