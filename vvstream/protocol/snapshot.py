"""A session on paper: what a server needs to go on with it after another one has died."""

import json
from dataclasses import asdict, dataclass
from typing import Any, assert_never

from vvstream.errors import NoSuchSession
from vvstream.options import SpeechOptions
from vvstream.protocol.commands import Finish, Retune, Say, Why
from vvstream.protocol.journal import Order, Place, since
from vvstream.protocol.messages import EventKind, Markup, Pace
from vvstream.protocol.outbox import FRAME_SAMPLES

VERSION = 2
"""Another version's snapshots are not read: their sessions are gone."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One session at one moment; see Machine and Journal for what the fields mean."""

    session_id: str
    owner: str
    options: SpeechOptions
    """With all updates that have arrived; a clause has its own."""
    pace: Pace
    markup: Markup
    kinds: frozenset[EventKind]
    plain: bool
    call: bool
    received: int
    kept: int
    """Frames before this were acknowledged, or are too old to be asked for."""
    places: tuple[Place, ...]
    orders: tuple[Order, ...]

    def place(self, from_seq: int) -> Place:
        """The last clause that began before frame `from_seq`. Raises NoSuchSession."""
        sample = from_seq * FRAME_SAMPLES
        if from_seq < self.kept or sample < self.places[0].sample:
            raise NoSuchSession(f"from: frames before {self.kept} are gone, got {from_seq}")
        return next(place for place in reversed(self.places) if place.sample <= sample)

    def since(self, place: Place) -> list[Order]:
        """What is to be done from this place on."""
        return since(self.orders, self.places[0], place)

    def dump(self) -> str:
        """As JSON."""
        data = asdict(self)
        data["pace"], data["markup"] = self.pace.value, self.markup.value
        data["kinds"] = sorted(kind.value for kind in self.kinds)
        data["orders"] = [_dump(order) for order in self.orders]
        return json.dumps({"version": VERSION, **data})

    @staticmethod
    def load(data: str) -> "Snapshot":
        """What `dump` gave. Raises ValueError."""
        try:
            fields = json.loads(data)
            if fields.pop("version") != VERSION:
                raise ValueError("a snapshot of another version")
            fields["options"] = SpeechOptions(**fields["options"])
            fields["pace"], fields["markup"] = Pace(fields["pace"]), Markup(fields["markup"])
            fields["kinds"] = frozenset(map(EventKind, fields["kinds"]))
            fields["places"] = tuple(map(_place, fields["places"]))
            fields["orders"] = tuple(map(_load, fields["orders"]))
            return Snapshot(**fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a snapshot: {error}") from None


def _place(fields: dict[str, Any]) -> Place:
    options, context = SpeechOptions(**fields["options"]), tuple(fields["context"])
    return Place(**{**fields, "options": options, "context": context})


def _dump(order: Order) -> dict[str, Any]:
    match order:
        case Say(text):
            return {"say": text}
        case Finish(why, offset):
            return {"finish": why.value, "offset": offset}
        case Retune(options):
            return {"retune": asdict(options)}
        case _:
            assert_never(order)


def _load(fields: dict[str, Any]) -> Order:
    match fields:
        case {"say": text}:
            return Say(text)
        case {"finish": why, "offset": offset}:
            return Finish(Why(why), offset)
        case _:
            return Retune(SpeechOptions(**fields["retune"]))
