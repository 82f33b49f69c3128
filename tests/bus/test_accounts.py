"""What gateways hold and spend is one account, however it is spread."""

import os
import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vvstream.bus.accounts import OWNERS, Accounts
from vvstream.bus.board import Usage, line, said
from vvstream.bus.parent import Parent
from vvstream.config import Access
from vvstream.errors import RateLimited
from vvstream.wire.gate import Gate

NAMES = st.sampled_from([f"owner {n}" for n in range(2 * OWNERS + 3)])
# At which gateway, whose, and sessions that begin or end.
MOVES = st.lists(st.tuples(st.integers(0, 2), NAMES, st.integers(-2, 3)), max_size=80)


@settings(max_examples=50)
@given(moves=MOVES, newcomer=st.integers(0, 80), dies=st.integers(0, 80))
def test_each_knows_what_all_others_hold(
    moves: list[tuple[int, str, int]], newcomer: int, dies: int
) -> None:
    everyone = {n: Accounts(n) for n in range(3)}
    held = {n: Counter[str]() for n in range(3)}
    alive = {0, 1}

    def meet() -> None:
        for n in alive:
            everyone[n].keep(alive)

    def exchange() -> None:
        for n in alive:
            total = sum(held[n].values())
            for usage in everyone[n].tell(total, 2 * total, held[n], {}):
                assert len(line(usage)) < 4096
                message = said(line(usage))
                assert isinstance(message, Usage)
                for other in alive - {n}:
                    everyone[other].learn(message)

    meet()
    for step, (at, name, change) in enumerate(moves):
        if step == newcomer:
            alive.add(2)
            meet()
        if step == dies:
            alive.discard(1)
            meet()
        if at in alive:
            held[at][name] = max(0, held[at][name] + change)
        if step % 3 == 0:
            exchange()
    exchange()
    for n in alive:
        others = alive - {n}
        assert everyone[n].sessions == sum(sum(held[m].values()) for m in others)
        assert everyone[n].sockets == 2 * everyone[n].sessions
        for name in {name for m in others for name in held[m]}:
            assert everyone[n].sessions_of(name) == sum(held[m][name] for m in others)
    # Who knows all is told nothing.
    assert [*everyone[0].tell(sum(held[0].values()), 2 * sum(held[0].values()), held[0], {})] == []


def test_what_is_spent_at_one_is_owed_at_the_other() -> None:
    access = Access(keys=(), connections_per_minute=3, characters_per_minute=600, sessions=0)
    now = 0.0
    here, there = (Gate(access, (), lambda: now, shared=True) for _ in range(2))
    accounts = {1: Accounts(1), 2: Accounts(2)}
    for account in accounts.values():
        account.keep((1, 2))
    accounts[2].charge = there.elsewhere
    owner = here.admit(None, "1.2.3.4")
    here.charge(owner, 500)
    (usage,) = accounts[1].tell(1, 1, {}, here.spent())
    accounts[2].learn(usage)
    assert here.spent() == {}
    with pytest.raises(RateLimited) as refusal:
        there.charge(owner, 200)
    assert refusal.value.retry_after == pytest.approx(10)
    there.charge(owner, 100)
    there.admit(None, "1.2.3.4")
    there.admit(None, "1.2.3.4")
    with pytest.raises(RateLimited):
        there.admit(None, "1.2.3.4")
    # Debts have an end: what two spent in a burst is waited for, and not for ever.
    there.elsewhere(owner, 0, 100_000)
    now = 70.0
    there.charge(owner, 90)


def test_a_long_line_goes_through_a_pipe_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The supervisor reads slowly, and what is said next begins on a line of its own."""
    parent = object.__new__(Parent)
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    parent._output = sink
    heard: list[bytes] = []

    def read() -> None:
        with os.fdopen(source, "rb") as lines:
            heard.extend(lines)

    usages = [Usage(n, 0, 0, {"name" * 50_000: n}) for n in range(3)]
    reading = threading.Thread(target=read)
    reading.start()
    said_all: list[Any] = []
    while len(said_all) < len(usages):
        before = len(heard)
        parent.say(usages[len(said_all)])
        said_all.append(before)
    os.close(sink)
    reading.join()
    told = [said(each) for each in heard]
    assert told[0] == usages[0]
    assert all(one in usages for one in told)
