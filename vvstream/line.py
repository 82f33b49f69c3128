"""Who waits for a slot of the engine: first come, first served, and nobody for ever."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

from vvstream.options import SpeechOptions
from vvstream.ports import Utterance

# Who frees a slot here says so; a slot that another process frees is found by looking.
LOOK_SECONDS: Final = 0.05

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


class Line:
    """Belongs to one event loop. `patience`: so many seconds anybody waits."""

    def __init__(self, open: Open, patience: float) -> None:
        self.open = open
        self.patience = patience
        self._waiting: dict[Waiter, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def join(self, waiter: Waiter) -> int | None:
        """Let it take a slot, now or in its turn. How many are before it; None: it has one."""
        return None if not self._waiting and waiter.take() else self.wait(waiter)

    def wait(self, waiter: Waiter) -> int:
        """The slot that it took was none: it waits from now on. How many are before it."""
        before = len(self._waiting)
        self._waiting[waiter] = None
        self._arm()
        return before

    def leave(self, waiter: Waiter) -> None:
        """It does not wait any more; from any state."""
        self._waiting.pop(waiter, None)

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
