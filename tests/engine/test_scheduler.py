"""Who is served next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from vvstream.engine.scheduler import NEAR, Share, choose


@dataclass(frozen=True)
class Someone:
    dry_at: float | None
    push: int = 4


NOW = 0.5
LISTENERS = st.builds(Someone, st.floats(0, 1), st.sampled_from((4, 8, 32)))
NEWCOMERS = st.builds(Someone, st.none(), st.sampled_from((4, 8)))
SHARES = st.builds(Share, st.integers(1, 8), st.integers(1, 100))


@given(people=st.lists(LISTENERS, max_size=20), share=SHARES)
def test_the_driest_first_and_no_more_than_a_share(people: list[Someone], share: Share) -> None:
    chosen = choose(people, share, NOW)
    if not people:
        assert chosen == []
        return
    times = [someone.dry_at for someone in people if someone.dry_at is not None]
    assert chosen[0].dry_at == min(times)
    alike = [s for s in people if s.push == chosen[0].push]
    assert chosen == sorted(alike, key=lambda s: s.dry_at or 0.0)[: len(chosen)]
    room = min(share.utterances, max(1, share.frames // chosen[0].push))
    assert len(chosen) == min(room, len(alike))


@given(people=st.lists(LISTENERS | NEWCOMERS, min_size=1, max_size=20), share=SHARES)
def test_newcomers_come_before_all_who_are_not_about_to_run_dry(
    people: list[Someone], share: Share
) -> None:
    chosen = choose(people, share, NOW)
    times = [someone.dry_at for someone in people if someone.dry_at is not None]
    newcomers = [someone for someone in people if someone.dry_at is None]
    if newcomers and min(times, default=1.0) > NOW + NEAR:
        assert chosen[0] is newcomers[0]
    if min(times, default=1.0) < NOW + NEAR:
        assert chosen[0].dry_at == min(times)
    # Nobody who has something to play is served with them.
    assert len({someone.dry_at is None for someone in chosen}) == 1


def test_whoever_waits_longest_comes_first_among_equals() -> None:
    first, second = Someone(None), Someone(None)
    assert choose([first, second], Share(1, 4), NOW)[0] is first


def test_a_push_beyond_the_share_is_served_alone() -> None:
    driest, next_one = Someone(0.0, 32), Someone(0.1, 32)
    assert choose([driest, next_one], Share(16, 8), NOW) == [driest]


@given(people=st.lists(LISTENERS | NEWCOMERS, max_size=20), share=SHARES)
def test_where_a_small_batch_costs_nothing_everybody_is_served_in_that_order(
    people: list[Someone], share: Share
) -> None:
    chosen = choose(people, replace(share, alike=False), NOW)
    waiting = sorted(people, key=lambda s: NOW + NEAR if s.dry_at is None else s.dry_at)
    assert chosen == waiting[: len(chosen)]
    assert bool(chosen) == bool(people)
    if len(chosen) > 1:
        assert sum(someone.push for someone in chosen) <= share.frames
    if len(chosen) < min(len(people), share.utterances):
        assert sum(someone.push for someone in waiting[: len(chosen) + 1]) > share.frames
