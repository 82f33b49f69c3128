"""Who waits for a slot of the engine: first come, first served, and nobody for ever.

Slots that nobody wants are lent to those who may soon have something to say.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from vvstream.options import SpeechOptions
from vvstream.ports import Utterance

# Who frees a slot here says so; a slot that another process frees is found by looking.
LOOK_SECONDS: Final = 0.05
# Who has said nothing for so long may be silent for longer.
LENT_SECONDS: Final = 10.0

Open: TypeAlias = Callable[[SpeechOptions, Sequence[int]], Utterance]
"""Takes a slot, for what follows on these units. Raises Overloaded."""


class Waiter(Protocol):
    """One who wants a slot."""

    until: float
    """How long it may wait, by the clock of the event loop."""

    def take(self) -> bool:
        """Take a slot. False: there is none."""

    def give_up(self) -> None:
        """It has waited as long as it may, and is no longer in the line."""

    def park(self) -> None:
        """Give the slot back."""


class Line:
    """Belongs to one event loop. `patience`: so many seconds anybody waits."""

    def __init__(self, open: Open, patience: float) -> None:
        self.open = open
        self.patience = patience
        self._waiting: dict[Waiter, None] = {}
        self._lent: dict[Waiter, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def join(self, waiter: Waiter) -> int | None:
        """Let it take a slot, now or in its turn. How many are before it; None: it has one."""
        if not self._waiting and (waiter.take() or (self.reclaim() and waiter.take())):
            return None
        return self.wait(waiter)

    def wait(self, waiter: Waiter) -> int | None:
        """The slot that it took was none: it waits from now on, unless one was lent."""
        before = len(self._waiting)
        self._waiting[waiter] = None
        self._arm()
        self.reclaim()
        return before if waiter in self._waiting else None

    def leave(self, waiter: Waiter) -> None:
        """It does not wait any more, and has lent nothing; from any state."""
        self._waiting.pop(waiter, None)
        self._lent.pop(waiter, None)

    def lend(self, waiter: Waiter) -> None:
        """Let it take a slot, if one is free, until somebody wants it or too much time goes by."""
        if not self._waiting and waiter.take():
            self._lent[waiter] = None
            asyncio.get_running_loop().call_later(LENT_SECONDS, self._take_back, waiter)

    def keep(self, waiter: Waiter) -> None:
        """What was lent to it is its own."""
        self._lent.pop(waiter, None)

    def reclaim(self) -> bool:
        """Take back what was lent first; False: nothing is lent."""
        first = next(iter(self._lent), None)
        if first is not None:
            first.park()
        return first is not None

    def _take_back(self, waiter: Waiter) -> None:
        if waiter in self._lent:
            waiter.park()

    def move(self) -> None:
        """A slot may be free."""
        while self._waiting:
            first = next(iter(self._waiting))
            if not first.take():
                return
            self.leave(first)

    def _look(self) -> None:
        self._timer = None
        self.move()
        now = asyncio.get_running_loop().time()
        for waiter in [waiter for waiter in self._waiting if waiter.until <= now]:
            self.leave(waiter)
            waiter.give_up()
        self._arm()

    def _arm(self) -> None:
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)
