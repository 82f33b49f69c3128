"""What those who speak take of the engine's time."""

from __future__ import annotations

import pytest

from vvstream.engine.effort import REMEMBERED_SECONDS, Effort


def test_nothing_is_known_before_anything_was_done() -> None:
    assert Effort(2).needed(0.0, 100) == 0.0


def test_each_needs_what_one_alone_took_at_first() -> None:
    effort = Effort(2)
    effort.expect(0.05)
    assert effort.needed(0.0, 20) == pytest.approx(0.5)


def test_what_large_pushes_take_is_learned() -> None:
    effort = Effort(1)
    effort.expect(0.05)
    for number in range(200):
        effort.add(0.1 * number, 0.06, 2.0, large=True)
    assert effort.needed(20.0, 10) == pytest.approx(0.3, rel=0.01)
    effort.add(20.0, 0.06, 0.0, large=True)  # of those who left in the meantime
    assert effort.needed(20.0, 10) == pytest.approx(0.3, rel=0.01)


def test_first_sounds_count_as_long_as_they_are_remembered() -> None:
    effort = Effort(2)
    for number in range(10):
        effort.add(0.1 * number, 0.1, 0.05, large=False)
    assert effort.needed(1.0, 0) == pytest.approx(1.0 / REMEMBERED_SECONDS / 2)
    assert effort.needed(1.0 + REMEMBERED_SECONDS, 0) == 0.0
