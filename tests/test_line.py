"""The line to the engine's slots, under any order of events."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from tests.support.tone import ToneUtterance
from vvstream.line import Line
from vvstream.options import SpeechOptions


def nothing(options: SpeechOptions, before: Sequence[int]) -> ToneUtterance:
    raise NotImplementedError


@dataclass
class Slots:
    free: int
    taken: list["Guest"] = field(default_factory=list)
    lent: list["Guest"] = field(default_factory=list)


@dataclass(eq=False)
class Guest:
    slots: Slots
    line: Line
    borrows: bool = False
    until: float = 60.0

    def take(self) -> bool:
        if not self.slots.free:
            return False
        self.slots.free -= 1
        (self.slots.lent if self.borrows else self.slots.taken).append(self)
        return True

    def park(self) -> None:
        self.line.leave(self)
        self.slots.lent.remove(self)
        self.slots.free += 1
        self.line.move()

    def give_up(self) -> None:
        raise NotImplementedError


@given(
    st.integers(0, 3),
    st.lists(st.sampled_from(["come", "come", "free", "lend", "keep", 0, 1, 2, 3])),
)
async def test_first_come_first_served(free: int, events: list[str | int]) -> None:
    slots, waiting = Slots(free), list[Guest]()
    line = Line(nothing, 60.0)
    expected: list[Guest] = []
    for event in events:
        if event == "come":
            guest = Guest(slots, line)
            had = slots.free + len(slots.lent)
            before = line.join(guest)
            assert before == (None if had else len(waiting))
            if before is None:
                expected.append(guest)
            else:
                waiting.append(guest)
        elif event == "free":
            slots.free += 1
            expected += waiting[:1]
            del waiting[:1]
            line.move()
        elif event == "lend":
            had, lent = slots.free, len(slots.lent)
            line.lend(Guest(slots, line, borrows=True))
            assert len(slots.lent) == lent + bool(had)
        elif event == "keep" and slots.lent:
            guest = slots.lent.pop()
            line.keep(guest)
            expected.append(guest)
            slots.taken.append(guest)
        elif isinstance(event, int) and waiting:
            line.leave(waiting.pop(event % len(waiting)))
        assert slots.taken == expected
        # No slot is free, or lent, while somebody waits.
        assert not (waiting and (slots.free or slots.lent))
