"""Sockets that come and go; sessions that end."""

import math

import pytest

from tests.support.listening import Bench, audio
from tests.support.machine import OPTIONS, RULES, machine
from vvstream.errors import BadRequest, Draining, EngineFailed, NoSuchSession
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Close, Drop, Park
from vvstream.protocol.machine import State


def test_an_idle_session_is_closed() -> None:
    bench = Bench()
    bench.send(m.Ping())
    assert bench.machine.deadline() == RULES.idle
    assert bench.wait(RULES.idle - 1) == []
    bench.send(m.Ping())
    outputs = bench.wait(RULES.idle)
    assert outputs == [m.Error(4408, "nothing happened for 100 s"), Close(4408, outputs[-1].reason)]  # type: ignore[union-attr]
    assert bench.machine.state is State.CLOSED
    assert bench.machine.deadline() == math.inf
    assert bench.machine.tick(bench.now) == []
    assert bench.send(m.Ping()) == []


def test_a_lost_socket_leaves_the_session_for_a_while() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefgh"), m.End())
    bench.speak(4)
    assert bench.machine.detach(bench.now) == []
    # Without a listener the voice stops soon.
    bench.speak()
    assert bench.machine.made == 4 + RULES.lead_frames - 1
    assert bench.machine.deadline() == bench.now + RULES.park
    assert bench.machine.tick(bench.now + RULES.park) == [Park()]
    assert bench.machine.deadline() == bench.now + RULES.ttl
    bench.machine.attach(2, bench.now)
    assert not bench.machine.parked
    assert bench.take()[0] == m.Ready("s", 2, 2, OPTIONS.voice, "vvstream")
    bench.speak()
    assert audio(bench.got) == b"abcd" + b"cdefgh"
    assert isinstance(bench.got[-1], Close)
    bench.machine.detach(bench.now)
    assert bench.wait(RULES.ttl) == []
    assert bench.machine.state is State.CLOSED
    with pytest.raises(NoSuchSession):
        bench.machine.attach(None, bench.now)


def test_text_that_a_lost_socket_swallowed_has_not_run_dry() -> None:
    bench = Bench()
    bench.send(m.Text("a b"))
    bench.machine.detach(bench.now)
    bench.wait(10 * RULES.idle_flush)
    bench.machine.attach(0, bench.now)
    # The client is given as long to send it again as it had before.
    assert bench.machine.deadline() == bench.now + RULES.idle_flush
    assert bench.machine.tick(bench.now) == []


def test_a_plain_call_ends_with_its_socket() -> None:
    bench = Bench(plain=True, call=True, resumable=False)
    bench.send(m.Text("abc"))
    assert bench.machine.detach(0.0) == [Drop()]
    assert bench.machine.state is State.CLOSED


def test_resume_where_there_is_nothing() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghijklmno "))
    bench.speak()
    bench.machine.detach(bench.now)
    with pytest.raises(BadRequest, match="expected 15 or less, the next frame; got 16"):
        bench.machine.attach(16, bench.now)
    with pytest.raises(NoSuchSession, match="frames before 5 are gone, got 4"):
        bench.machine.attach(4, bench.now)
    assert not bench.machine.attached
    bench.machine.attach(5, bench.now)
    assert audio(bench.take()) == b"fghijklmno"


@pytest.mark.parametrize(
    ("error", "close"),
    [
        (EngineFailed("it broke"), Close(4500, "it broke")),
        (Draining("going down"), Close(1001, "going down")),
    ],
)
def test_a_failure_drops_what_waits(error: EngineFailed | Draining, close: Close) -> None:
    bench = Bench()
    bench.send(m.Text("ab "))
    bench.voice.step()
    assert bench.machine.fail(error) == [Drop()]
    assert bench.machine.fail(error) == []
    assert bench.take() == [m.Error(close.code, close.reason), close]
    assert bench.machine.take(0.0) is None


def test_no_socket_no_output() -> None:
    assert machine().take(0.0) is None
