"""The one mechanism behind "the same words however the text was cut".

Each stage of the front end is a function of the items in front of it. It looks at them through
`Ahead.peek`, which refuses to say that nothing follows while something still may: `NeedMore`. The
stage then forgets the attempt and tries again when more has arrived, so what it decides can only
depend on the items themselves, never on when they came. How far a stage peeks is its look-ahead.
"""

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class NeedMore(Exception):
    """A decision depends on an item that has not arrived yet."""


class Ahead(Generic[T]):
    """Items that have arrived and are not taken yet."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._ended = False

    def add(self, item: T) -> None:
        self._items.append(item)

    def end(self) -> None:
        """Nothing follows the items that have arrived."""
        self._ended = True

    def restart(self) -> None:
        """Something may follow again: a new utterance begins."""
        self._ended = False

    def peek(self, i: int = 0) -> T | None:
        """The item `i` places ahead, None beyond the end.

        Raises:
            NeedMore: it may still come.
        """
        if i < len(self._items):
            return self._items[i]
        if self._ended:
            return None
        raise NeedMore

    def take(self) -> T:
        """Remove and return the next item.

        Raises:
            IndexError: there is none.
        """
        return self._items.popleft()
