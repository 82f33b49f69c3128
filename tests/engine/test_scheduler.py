"""Who is served next."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vvstream.engine.scheduler import choose


@dataclass(frozen=True)
class Someone:
    ahead: float


PEOPLE = st.lists(st.builds(Someone, st.floats(0, 1)), max_size=20)


@given(people=PEOPLE, batch=st.integers(1, 8))
def test_the_driest_first_and_no_more_than_a_batch(people: list[Someone], batch: int) -> None:
    chosen = choose(people, batch)
    assert [someone.ahead for someone in chosen] == sorted(s.ahead for s in people)[:batch]


def test_whoever_waits_longest_comes_first_among_equals() -> None:
    first, second = Someone(0.0), Someone(0.0)
    assert choose([first, second], 1)[0] is first
