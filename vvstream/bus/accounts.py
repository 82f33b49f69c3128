"""What the gateways of a server tell each other of what their listeners hold and spend, so that a
limit is the whole server's, whichever gateway a connection lands on.

Each tells it through the supervisor a few times a second, and counts what the others told with its
own: no gateway has to ask before it answers, and one that dies takes nothing with it. What a burst
over several gateways takes beyond a limit before they know of each other, its owner owes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Final

from vvstream.bus.board import Usage

TOLD_SECONDS: Final = 0.1
# A line of more would not go through a pipe at once.
OWNERS: Final = 16

Spent = Mapping[str, tuple[int, int]]


class Accounts:
    """Implements `Elsewhere`. `charge` takes owner, connections and characters spent elsewhere."""

    def __init__(self, serial: int) -> None:
        self._serial = serial
        self._others: dict[int, Usage] = {}
        self._told = Usage(serial, 0, 0)
        self._again = False  # somebody is new, and has to be told all
        self.charge: Callable[[str, int, int], None] = lambda *_: None

    @property
    def sessions(self) -> int:
        """See Elsewhere."""
        return sum(other.sessions for other in self._others.values())

    @property
    def sockets(self) -> int:
        """See Elsewhere."""
        return sum(other.sockets for other in self._others.values())

    def sessions_of(self, owner: str) -> int:
        """See Elsewhere."""
        return sum(other.held.get(owner, 0) for other in self._others.values())

    def keep(self, serials: Collection[int]) -> None:
        """These gateways are there; what others held is free."""
        here = set(serials) - {self._serial}
        self._again = self._again or not here <= self._others.keys()
        self._others = {one: self._others.get(one, Usage(one, 0, 0)) for one in here}

    def learn(self, usage: Usage) -> None:
        """Another gateway told."""
        if (before := self._others.get(usage.serial)) is not None:
            held = {owner: n for owner, n in (before.held | usage.held).items() if n}
            self._others[usage.serial] = Usage(
                usage.serial, usage.sessions, usage.sockets, held
            )
        for owner, (connections, characters) in usage.spent.items():
            self.charge(owner, connections, characters)

    def tell(
        self, sessions: int, sockets: int, held: Mapping[str, int], spent: Spent
    ) -> Iterator[Usage]:
        """What the others do not know yet of what is here."""
        known = {} if self._again else self._told.held
        changed = {owner: held.get(owner, 0) for owner in {**known, **held}}
        news = iter([item for item in changed.items() if item[1] != known.get(item[0], 0)])
        costs = iter(spent.items())
        same = (sessions, sockets) == (self._told.sessions, self._told.sockets)
        first = not same or self._again
        self._told, self._again = Usage(self._serial, sessions, sockets, dict(held)), False
        while True:
            part, cost = dict(islice(news, OWNERS)), dict(islice(costs, OWNERS))
            if not (part or cost or first):
                return
            first = False
            yield Usage(self._serial, sessions, sockets, part, cost)
