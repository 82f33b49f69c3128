"""How late ticks were, lately."""

from __future__ import annotations

from vvstream.engine.lateness import REMEMBERED_SECONDS, Lateness


def test_a_tick_is_as_late_as_the_latest_of_it() -> None:
    lateness = Lateness()
    assert (lateness.late_ticks, lateness.p99(0.0)) == (0, 0.0)
    lateness.add(1.0, [])
    lateness.add(1.0, [-0.3, -0.1])
    assert (lateness.late_ticks, lateness.p99(1.0)) == (0, 0.0)
    lateness.add(1.0, [-0.3, 0.2])
    assert (lateness.late_ticks, lateness.p99(1.0)) == (1, 0.2)


def test_the_hundredth_is_not_counted_and_the_past_forgotten() -> None:
    lateness = Lateness()
    for number in range(200):
        lateness.add(1.0, [0.001 * number])
    assert lateness.p99(1.0) == 0.198
    assert lateness.p99(1.0 + REMEMBERED_SECONDS) == 0.198
    # Nobody speaks any more: what was says nothing of now.
    assert lateness.p99(1.1 + REMEMBERED_SECONDS) == 0.0
    assert lateness.late_ticks == 199
