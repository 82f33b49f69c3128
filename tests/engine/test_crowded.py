"""Many listeners of a machine, by a simulated clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.simulation import Listener, Machine, Tally
from vvstream.admission import Door
from vvstream.config import Admission
from vvstream.engine.roster import Limits
from vvstream.engine.scheduler import Share

POLICY = Admission(memory_share=0.95, lateness_ms=300, retry_seconds=1.0)
LIMITS = Limits(slots=100, share=Share(16, 160), queue_seconds=0.2, company_seconds=0.1)
# About what the networks take of a core each, so that some forty listeners fit onto two.
CALL, STEP = 0.004, 0.00022
SECONDS = 20.0


def crowd(
    listeners: int,
    *,
    limits: Limits = LIMITS,
    crew: int = 2,
    door: Door | None = None,
    within: float = 3.0,
) -> tuple[Machine, Tally]:
    """They come within so many seconds."""
    machine, tally = Machine(limits, crew, CALL, STEP), Tally()
    for number in range(listeners):
        listener = Listener(machine, number, tally, POLICY, door)
        machine.at(within * number / listeners, listener.call)
    machine.run(SECONDS)
    return machine, tally


def test_as_many_as_it_carries_hear_every_frame_in_time() -> None:
    machine, tally = crowd(32)
    assert machine.busy < 0.85 * 2 * SECONDS
    assert len(tally.first) > 32
    assert max(tally.first) < 0.15
    assert tally.late == 0


def test_two_threads_carry_twice_what_one_does() -> None:
    _, tally = crowd(16, crew=1)
    assert tally.late == 0
    _, tally = crowd(32, crew=1)
    assert tally.late > 0.2 * tally.frames


def test_who_takes_sound_as_fast_as_it_is_made_does_not_wait_for_company() -> None:
    made = []
    for company in (0.0, 0.1):
        machine, tally = Machine(replace(LIMITS, company_seconds=company), 2, CALL, STEP), Tally()
        machine.at(0.0, Listener(machine, 1, tally, POLICY, None, lead=1000.0).call)
        machine.run(1.0)
        made.append(machine.status().audio_seconds)
    assert made[1] > 0.7 * made[0] > 3.5


def test_those_far_from_dry_wait_for_company_and_cost_less() -> None:
    alone, tally = crowd(12, limits=replace(LIMITS, company_seconds=0.0))
    assert tally.late == 0
    together, tally = crowd(12)
    assert tally.late == 0
    assert together.served / together.ticks > 1.7 * alone.served / alone.ticks
    assert together.busy < 0.85 * alone.busy


def test_twice_as_many_as_it_carries_and_no_door_wait_for_seconds_and_hear_gaps() -> None:
    _, tally = crowd(64)
    assert sorted(tally.first)[len(tally.first) // 2] > 2.0
    assert tally.late > 0.03 * tally.frames


def test_a_crowd_that_comes_at_once_waits_rather_than_that_others_run_dry() -> None:
    _, tally = crowd(28, within=0.5)
    assert tally.late == 0
    assert max(tally.first) < 0.3


@pytest.mark.parametrize(("within", "late"), [(3.0, 0.0), (0.3, 0.003)])
def test_those_who_were_let_in_hear_every_frame_in_time(within: float, late: float) -> None:
    """All but a few second pushes of those who come in one burst, which wait for first ones."""
    machine, tally = crowd(64, door=Door(), within=within)
    assert tally.late <= late * tally.frames
    assert max(tally.first) < 0.2
    assert machine.status().slots_used >= 28
    assert set(tally.refused) == {"the engine has no time for one more"}
