"""Who may come in when much is going on: newcomers wait, so that nobody admitted suffers.

A rule over what the engines say of themselves, and the time. An engine that serves nobody takes
anybody: it cannot be too much for those who are there.
"""

from collections.abc import Sequence
from typing import Final

from vvstream.config import Admission
from vvstream.errors import Overloaded
from vvstream.status import EngineStatus

# Once an engine that ran late is in time again, it has time for so many as it serves then, and for
# so many more each second: those who were refused cannot all come in again at the same moment.
MORE: Final = 0.5
MORE_SHARE: Final = 0.03
ANY: Final = 1e9
RECOVERED: Final = 0.5
"""Of the lateness that is too much: it is over."""
BUDGET: Final = 0.95
"""Of an engine's time: the rest is for newcomers who come at the same moment."""


class Door:
    """To one engine. Learns how many it has time for."""

    def __init__(self) -> None:
        self._room = ANY
        self._since = 0.0  # when it was so much
        self._late = False

    def refusal(self, status: EngineStatus, policy: Admission, now: float) -> str | None:
        """Why the engine takes no newcomer at this moment, in seconds; None: it does."""
        self._learn(status, policy, now)
        if status.slots_used >= status.slots_limit:
            return f"all {status.slots_limit} voices are speaking"
        if not status.slots_used:
            return None
        if status.memory_used > policy.memory_share * status.memory_limit:
            return "the engine's memory is nearly full"
        if self._late or status.slots_used >= self._room or status.effort > BUDGET:
            return "the engine has no time for one more"
        return None

    def _learn(self, status: EngineStatus, policy: Admission, now: float) -> None:
        late = 1000 * status.lateness_p99_s
        if late > policy.lateness_ms:
            self._late = True
        elif not self._late:
            more = (now - self._since) * (MORE + MORE_SHARE * self._room)
            self._room = min(ANY, self._room + more)
        elif late <= RECOVERED * policy.lateness_ms:
            self._late, self._room = False, max(1.0, status.slots_used)
        self._since = now


class Doors:
    """To all engines, which are told in the same order each time."""

    def __init__(self) -> None:
        self._doors: list[Door] = []

    def admit(self, engines: Sequence[EngineStatus], policy: Admission, now: float) -> None:
        """One engine that takes a newcomer is enough. Raises Overloaded."""
        self._doors += [Door() for _ in engines[len(self._doors) :]]
        reasons = [
            door.refusal(status, policy, now)
            for door, status in zip(self._doors, engines, strict=False)
        ]
        if all(reasons):
            reason = next((reason for reason in reasons if reason), "the engine is starting again")
            raise Overloaded(f"{reason}; try again shortly", retry_after=policy.retry_seconds)
