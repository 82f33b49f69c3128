"""What is left to be done, from any place of a session; and a session on paper."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.machine import OPTIONS
from vvstream.errors import NoSuchSession
from vvstream.protocol.commands import Finish, Retune, Say, Why
from vvstream.protocol.journal import Journal, Order, Place, Rest, since
from vvstream.protocol.messages import ALL_EVENTS, EventKind, Markup, Pace
from vvstream.protocol.snapshot import Snapshot

FIRST = Place(0, 0, 0, 0, OPTIONS)
FAST = replace(OPTIONS, speed=2.0)
texts = st.text("ab ,", min_size=1, max_size=8)


@st.composite
def sessions(draw: st.DrawFn) -> list[Order]:
    """Orders as a machine gives them: a Finish knows how much was said before it."""
    orders: list[Order] = []
    said = 0
    for kind in draw(st.lists(st.sampled_from("sfr"), max_size=12)):
        if kind == "s":
            text = draw(texts)
            orders.append(Say(text))
            said += len(text)
        elif kind == "f":
            orders.append(Finish(draw(st.sampled_from([Why.FLUSH, Why.IDLE])), said))
        else:
            orders.append(Retune(FAST))
    return orders


def spoken(orders: list[Order]) -> str:
    return "".join(order.text for order in orders if isinstance(order, Say))


@given(sessions(), st.data())
def test_from_a_place_on_nothing_is_missing_and_nothing_comes_twice(
    orders: list[Order], data: st.DataObject
) -> None:
    text = spoken(orders)
    offset = data.draw(st.integers(0, len(text)))
    # A clause at this offset comes after every Finish before it; one at its place, or not.
    before = sum(isinstance(order, Finish) and order.offset < offset for order in orders)
    at = sum(isinstance(order, Finish) and order.offset == offset for order in orders)
    place = Place(0, offset, before + data.draw(st.integers(0, at)), 0, OPTIONS)
    rest = since(orders, FIRST, place)
    assert spoken(rest) == text[offset:]
    finishes = [order for order in orders if isinstance(order, Finish)]
    assert [order for order in rest if isinstance(order, Finish)] == finishes[place.finishes :]
    # Twice is as good as once.
    assert since(rest, place, place) == rest


def test_an_update_before_a_place_is_in_its_options() -> None:
    finish = Finish(Why.FLUSH, 10)
    orders: list[Order] = [Say("One, "), Retune(FAST), Say("two. "), finish, Retune(OPTIONS)]
    assert Retune(FAST) in since(orders, FIRST, FIRST)
    assert since(orders, FIRST, Place(9, 6, 0, 1, FAST)) == [
        Say("wo. "),
        finish,
        Retune(OPTIONS),
    ]
    assert since(orders, FIRST, Place(9, 10, 1, 2, FAST)) == [Retune(OPTIONS)]


def test_what_orders_come_to() -> None:
    assert Rest.of([]) == Rest(0, 0, False, False)
    assert Rest.of([Say("ab"), Retune(FAST)]) == Rest(2, 0, True, False)
    ended: list[Order] = [Say("ab"), Finish(Why.FLUSH, 2), Say("c"), Finish(Why.END, 3)]
    assert Rest.of(ended) == Rest(3, 2, False, True)


def test_a_journal_keeps_what_can_be_asked_for() -> None:
    journal = Journal(FIRST)
    assert journal.sent(0)
    assert not journal.sent(0)
    places = [Place(1000 * i, 5 * i, 0, i, OPTIONS) for i in range(1, 5)]
    for i in range(5):
        journal.add(Say(f"{i}{i}{i}, "))
    for place in places[:3]:
        journal.reach(place, kept=0)
    assert journal.places == (FIRST, *places[:3])
    assert not journal.sent(999)
    assert journal.sent(2_500)
    assert not journal.sent(2_999)
    journal.reach(places[3], kept=2_500)
    # Frame 2,500 lies in the clause that began at 2,000.
    assert journal.places == tuple(places[1:])
    assert spoken(list(journal.orders)) == "222, 333, 444, "
    assert journal.sent(4_000)
    dropped = Place(4_100, 25, 0, 5, OPTIONS)
    journal.restart(dropped)
    assert (journal.places, journal.orders) == ((dropped,), ())
    assert journal.sent(4_100)


def snapshot(orders: list[Order], kept: int = 0) -> Snapshot:
    places = (FIRST, Place(3_300, 5, 0, 1, FAST))
    kinds = frozenset({EventKind.WORD})
    markup = Markup.SSML
    return Snapshot(
        "s", "me", FAST, Pace.FAST, markup, kinds, False, False, 7, kept, places, tuple(orders)
    )


@given(sessions())
def test_a_snapshot_is_read_as_it_was_written(orders: list[Order]) -> None:
    written = snapshot(orders)
    assert Snapshot.load(written.dump()) == written
    every = replace(written, kinds=ALL_EVENTS, pace=Pace.REALTIME, markup=Markup.NONE)
    assert Snapshot.load(every.dump()) == every


@pytest.mark.parametrize("data", ["", "[]", "{}", "null", '{"version": 1}', '{"version": 0}'])
def test_what_is_not_a_snapshot_is_told(data: str) -> None:
    with pytest.raises(ValueError, match="not a snapshot"):
        Snapshot.load(data)


def test_a_field_more_or_less_is_told() -> None:
    fields = json.loads(snapshot([Retune(FAST)]).dump())
    for wrong in (fields | {"colour": "red"}, fields | {"orders": [{}]}, fields | {"places": [1]}):
        with pytest.raises(ValueError, match="not a snapshot"):
            Snapshot.load(json.dumps(wrong))


def test_a_frame_is_looked_for_in_the_clause_that_it_lies_in() -> None:
    one = snapshot([Say("One, two.")], kept=3)
    assert [one.place(seq).sample for seq in (3, 10, 11, 1_000)] == [0, 0, 3_300, 3_300]
    assert one.since(one.place(11)) == [Say("two.")]
    with pytest.raises(NoSuchSession):
        one.place(2)
    with pytest.raises(NoSuchSession):
        replace(one, kept=0, places=one.places[1:]).place(10)
