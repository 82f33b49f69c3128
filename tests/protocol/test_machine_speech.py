"""What a listener gets for its text: frames, events, answers, in order."""

from tests.support.listening import Bench, audio, kinds
from tests.support.machine import OPTIONS, RULES
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Close, Finish, Retune, Say, Why
from vvstream.protocol.machine import State
from vvstream.protocol.outbox import Packet


def test_a_session_from_ready_to_done() -> None:
    bench = Bench()
    assert bench.got == [m.Ready("s", 0, 0, OPTIONS.voice, "vvstream")]
    assert bench.send(m.Text("ab "), m.Text("c"), m.End()) == []
    outputs = bench.speak()
    assert audio(outputs) == b"abc"
    assert kinds(outputs) == [
        *("Word", "Phoneme", "Packet", "Phoneme", "Packet"),
        *("Word", "Phoneme", "Packet", "Done", "Close"),
    ]
    assert outputs[-2] == m.Done(3, 0.06, 4, 2)
    assert outputs[-1] == Close(1000, "done")
    assert bench.machine.state is State.OVER
    assert bench.take() == []


def test_a_plain_listener_gets_frames_and_a_close() -> None:
    bench = Bench(plain=True, call=True)
    bench.send(m.Text("ab"), m.Ping(), m.End(), m.Text("refused"))
    assert kinds(bench.speak()) == ["Packet", "Packet", "Close"]
    assert kinds(bench.got) == ["Packet", "Packet", "Close"]


def test_a_call_that_cannot_be_spoken_is_refused() -> None:
    bench = Bench(plain=True, call=True)
    bench.send(m.Text("   "), m.End())
    (close,) = bench.speak()
    assert close == Close(4400, "text: nothing in it can be spoken by this voice")
    assert bench.machine.state is State.CLOSED


def test_only_the_events_that_were_asked_for() -> None:
    bench = Bench(attach=False)
    bench.machine.listen(m.Start(events=frozenset({m.EventKind.WORD}), pace=m.Pace.FAST))
    bench.machine.attach(None, 0.0)
    bench.send(m.Text("ab"), m.Flush())
    bench.machine.voiced(Packet(0, b"x", (m.Viseme("aa", 0.0, 0.0, 0),)))
    assert kinds(bench.take()) == ["Packet"]


def test_flushed_comes_after_its_frames() -> None:
    bench = Bench()
    bench.send(m.Text("ab"), m.Flush(), m.Flush(), m.Text("c"), m.Flush())
    outputs = bench.speak()
    flushed = [output for output in outputs if isinstance(output, m.Flushed)]
    assert flushed == [m.Flushed(2, 0.04, 2), m.Flushed(2, 0.04, 2), m.Flushed(3, 0.06, 3)]
    assert isinstance(outputs[-1], m.Flushed)


def test_what_cannot_be_spoken_is_told() -> None:
    bench = Bench()
    (warning,) = bench.send(m.Text("a\x00b"))
    assert warning == m.Warn("1 control characters or lone surrogates were replaced")
    assert bench.machine.receive(m.Text("\ud83d"), 0.0) == []
    assert bench.machine.receive(m.Flush(), 0.0) == [Say("\ufffd"), Finish(Why.FLUSH, 4)]


def test_text_that_runs_dry_is_spoken() -> None:
    bench = Bench()
    bench.send(m.Text("ab c"))
    bench.speak()
    assert audio(bench.got) == b"ab"
    assert bench.machine.deadline() == RULES.idle_flush
    assert bench.wait(RULES.idle_flush) == []
    assert audio(bench.speak()) == b"c"
    assert bench.machine.deadline() > bench.now + 90


def test_update_is_for_the_voice_and_checked() -> None:
    bench = Bench()
    commands = bench.machine.receive(m.Update(m.Wishes(voice="en-Eric_man")), 0.0)
    assert commands == [Retune(bench.machine.options)]
    assert bench.machine.options.voice == "en-Eric_man"
    (error,) = bench.send(m.Update(m.Wishes(voice="nobody")))
    assert isinstance(error, m.Error)
    assert error.code == 4422
