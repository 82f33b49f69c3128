"""Who is served next: the one closest to running dry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Waiting(Protocol):
    """Has room for more sound, and units to make it from."""

    @property
    def ahead(self) -> float:
        """Seconds of sound made and not yet taken by the listener."""


W = TypeVar("W", bound=Waiting)


def choose(due: Iterable[W], batch: int) -> list[W]:
    """At most `batch` of those that are due, the driest first.

    A newcomer has nothing ahead and so comes before everyone who is being listened to; a client
    that takes its sound fast is no sooner due than its queue is empty, like everyone else.
    """
    return sorted(due, key=lambda one: one.ahead)[:batch]
