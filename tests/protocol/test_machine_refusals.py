"""What is not obeyed, and why."""

from tests.support.listening import Bench, audio
from tests.support.machine import OPTIONS, RULES, drain, resolve
from vvstream.errors import RateLimited
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Say
from vvstream.protocol.machine import Machine


def test_too_many_flushes_are_refused() -> None:
    bench = Bench()
    outputs = bench.send(*[m.Flush()] * (RULES.flushes + 1))
    assert outputs == [m.Error(4400, "flush: 4 of them wait already")]


def test_nothing_but_cancel_after_end() -> None:
    bench = Bench()
    (error,) = bench.send(m.End(), m.Text("late"))
    assert error == m.Error(4400, "expected no more text, flush or update after end")
    assert bench.machine.received == 2


def test_start_is_for_the_beginning() -> None:
    bench = Bench()
    (ready,) = bench.send(m.Start(m.Wishes(voice="en-Eric_man"), events=m.NO_EVENTS))
    assert isinstance(ready, m.Ready)
    assert ready.voice == "en-Eric_man"
    assert bench.machine.kinds == m.NO_EVENTS
    assert bench.voice.options == [bench.machine.options]
    for wrong in (m.Start(session_id="other"), m.Start(key="k")):
        (error,) = bench.send(wrong)
        assert isinstance(error, m.Error)
        assert "in the URL or the first message" in error.message
    bench.send(m.Text("a"))
    (error,) = bench.send(m.Start())
    assert isinstance(error, m.Error)
    assert "before all text" in error.message


def test_text_that_is_too_long_is_not_taken() -> None:
    bench = Bench()
    limit = RULES.characters
    (error,) = bench.send(m.Text("a" * limit), m.Text("b"))
    assert isinstance(error, m.Error)
    assert error.code == 4413
    assert f"got 1 with {limit} waiting" in error.message
    bench.send(m.Flush())
    assert audio(bench.speak()) == b"a" * limit
    assert bench.send(m.Text("b" * limit)) == []


def test_text_that_is_not_allowed_now_is_not_taken() -> None:
    def charge(characters: int) -> None:
        if characters > 3:
            raise RateLimited("later", retry_after=2.0)

    limited = Machine("s", OPTIONS, RULES, resolve, 0.0, charge=charge)
    limited.attach(None, 0.0)
    assert limited.receive(m.Text("abc"), 0.0) == [Say("abc")]
    assert limited.receive(m.Text("abcd"), 0.0) == []
    assert drain(limited, 0.0)[1:] == [m.Error(4429, "later", 2.0)]


def test_answers_that_nobody_takes_stop_the_reading() -> None:
    bench = Bench()
    for _ in range(RULES.replies):
        assert not bench.machine.congested
        bench.machine.receive(m.Ping(), 0.0)
    assert bench.machine.congested
    bench.take()
    assert not bench.machine.congested
