"""What a session needs to go on elsewhere: the commands not yet spoken, and where clauses began.

A place is the beginning of a clause. As many of them are kept as frames can be resumed from, and
the commands from the first of these on; so for every such frame there is a clause that it lies in,
which can be spoken again up to it.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from vvstream.options import SpeechOptions
from vvstream.protocol.commands import Finish, Retune, Say, Why

Order: TypeAlias = Say | Finish | Retune
"""A command that waits its turn."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause begins."""

    sample: int
    """On the session's audio clock."""
    offset: int
    """In the session's text, in characters."""
    finishes: int
    """How many Finish had been answered."""
    words: int
    """How many words had been spoken."""
    options: SpeechOptions
    begun: bool = False
    """The voice was given its first word, so that an update is for the clauses after it."""
    context: tuple[int, ...] = ()
    """Numbers by which the voice goes on from what was spoken before."""
    inside: str = ""
    """The tags of its markup that are open there."""


def since(orders: Iterable[Order], first: Place, place: Place) -> list[Order]:
    """What of the `orders` that were given from `first` on is still to be done at `place`."""
    offset, finishes = first.offset, first.finishes
    rest: list[Order] = []
    for order in orders:
        match order:
            case Say(text):
                end = offset + len(text)
                if end > place.offset:
                    rest.append(Say(text[max(0, place.offset - offset) :]))
                offset = end
            case Finish():
                if finishes >= place.finishes:
                    rest.append(order)
                finishes += 1
            case Retune():
                # One that came before the place is in the place's options.
                if offset > place.offset or (
                    offset == place.offset and finishes >= place.finishes
                ):
                    rest.append(order)
            case _:
                assert_never(order)
    return rest


@dataclass(frozen=True, slots=True)
class Rest:
    """What orders come to."""

    characters: int
    finishes: int
    unfinished: bool
    """Text follows the last Finish."""
    ends: bool

    @staticmethod
    def of(orders: Iterable[Order]) -> "Rest":
        """Count them."""
        characters, finishes, unfinished, ends = 0, 0, False, False
        for order in orders:
            match order:
                case Say(text):
                    characters, unfinished = characters + len(text), True
                case Finish(why):
                    finishes, unfinished = finishes + 1, False
                    ends = ends or why is Why.END
                case Retune():
                    pass
                case _:
                    assert_never(order)
        return Rest(characters, finishes, unfinished, ends)


class Journal:
    """The places and the commands of one session, which begins at `place`."""

    def __init__(self, place: Place) -> None:
        self._places: deque[Place] = deque()
        self._orders: list[Order] = []
        self._unsent: deque[int] = deque()
        self.restart(place)

    @property
    def places(self) -> tuple[Place, ...]:
        """In order; there is always one."""
        return tuple(self._places)

    @property
    def orders(self) -> tuple[Order, ...]:
        """All since the first place."""
        return tuple(self._orders)

    def add(self, order: Order) -> None:
        """A command was given."""
        self._orders.append(order)

    def restart(self, place: Place) -> None:
        """All commands were dropped."""
        self._orders.clear()
        self._places = deque([place])
        self._unsent = deque([place.sample])

    def reach(self, place: Place, kept: int) -> None:
        """A clause begins; what is before sample `kept` will not be asked for again."""
        self._places.append(place)
        self._unsent.append(place.sample)
        first = self._places[0]
        while len(self._places) > 1 and self._places[1].sample <= kept:
            self._places.popleft()
        if self._places[0] is not first:
            self._orders = since(self._orders, first, self._places[0])

    def sent(self, sample: int) -> bool:
        """All before `sample` was sent; True if a clause has begun in it that had not before."""
        begun = False
        while self._unsent and self._unsent[0] <= sample:
            self._unsent.popleft()
            begun = True
        return begun
