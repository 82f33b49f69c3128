"""Who is served next."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vvstream.engine.scheduler import choose


@dataclass(frozen=True)
class Someone:
    ahead: float
    due: bool


PEOPLE = st.lists(st.builds(Someone, st.floats(0, 1), st.booleans()), max_size=20)


@given(people=PEOPLE, batch=st.integers(1, 8))
def test_the_driest_first_and_no_more_than_a_batch(people: list[Someone], batch: int) -> None:
    chosen = choose(people, batch)
    due = [someone for someone in people if someone.due]
    assert len(chosen) == min(batch, len(due))
    assert all(someone.due for someone in chosen)
    assert [someone.ahead for someone in chosen] == sorted(s.ahead for s in due)[:batch]


def test_whoever_waits_longest_comes_first_among_equals() -> None:
    first, second = Someone(0.0, True), Someone(0.0, True)
    assert choose([first, second], 1)[0] is first
