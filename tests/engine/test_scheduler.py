"""Who is served next."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vvstream.engine.scheduler import Share, choose


@dataclass(frozen=True)
class Someone:
    ahead: float
    push: int = 4


PEOPLE = st.lists(st.builds(Someone, st.floats(0, 1), st.sampled_from((4, 8, 32))), max_size=20)


@given(people=PEOPLE, utterances=st.integers(1, 8), frames=st.integers(1, 100))
def test_the_driest_first_and_no_more_than_a_share(
    people: list[Someone], utterances: int, frames: int
) -> None:
    chosen = choose(people, Share(utterances, frames))
    if not people:
        assert chosen == []
        return
    driest = min(someone.ahead for someone in people)
    assert chosen[0].ahead == driest
    alike = sorted(s.ahead for s in people if s.push == chosen[0].push)
    assert [someone.ahead for someone in chosen] == alike[: len(chosen)]
    assert {someone.push for someone in chosen} == {chosen[0].push}
    room = min(utterances, max(1, frames // chosen[0].push))
    assert len(chosen) == min(room, len(alike))


def test_whoever_waits_longest_comes_first_among_equals() -> None:
    first, second = Someone(0.0), Someone(0.0)
    assert choose([first, second], Share(1, 4))[0] is first


def test_a_newcomer_is_not_held_up_by_the_large_pushes_of_others() -> None:
    newcomer = Someone(0.0, 4)
    assert choose([Someone(0.1, 32), newcomer, Someone(0.05, 32)], Share(16, 160)) == [newcomer]


def test_a_push_beyond_the_share_is_served_alone() -> None:
    assert choose([Someone(0.0, 32), Someone(0.1, 32)], Share(16, 8)) == [Someone(0.0, 32)]
