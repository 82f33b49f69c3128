"""Cancel, in every state."""

from tests.support.listening import Bench, audio, kinds, only
from vvstream.protocol import messages as m
from vvstream.protocol.machine import State


def test_cancel_says_what_was_reached() -> None:
    bench = Bench()
    bench.send(m.Text("hello you there "))
    bench.speak(8)
    assert audio(bench.got) == b"helloyou"
    bench.now += 0.02
    (cancelled,) = bench.send(m.Cancel())
    assert isinstance(cancelled, m.Cancelled)
    assert cancelled.seq == 8
    assert cancelled.sent == m.Reached(0.16, "you", 6, 9)
    assert cancelled.heard.word == "hello"
    assert 0 < cancelled.heard.time < 0.16
    # New text at once, on the same clock and with offsets that go on.
    bench.send(m.Text("now"), m.Flush())
    word = only(bench.speak(), m.Word)
    assert word == m.Word("now", 0.16, 0.16, 16, 8)


def test_cancel_before_the_first_word_and_twice() -> None:
    bench = Bench()
    nothing = m.Cancelled(0, m.Reached(0.0, "", 0, 0), m.Reached(0.0, "", 0, 0))
    assert bench.send(m.Cancel(), m.Cancel()) == [nothing, nothing]
    bench.send(m.Text("ab"), m.Flush())
    assert audio(bench.speak()) == b"ab"


def test_at_most_one_frame_follows_a_cancel() -> None:
    bench = Bench()
    bench.send(m.Text("abcd "))
    bench.voice.step()
    bench.voice.step()
    # The events of a frame were taken, the frame was not: it belongs to them.
    assert isinstance(bench.machine.take(0.0), m.Word)
    assert kinds(bench.send(m.Cancel())) == ["Phoneme", "Packet", "Cancelled"]
    assert bench.machine.made == 1


def test_cancel_after_end_ends() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghi"), m.End())
    bench.speak(3)
    outputs = bench.send(m.Cancel())
    assert kinds(outputs) == ["Cancelled", "Done", "Close"]
    assert bench.send(m.Cancel()) == []


def test_cancel_while_the_last_frames_wait() -> None:
    bench = Bench(attach=False)
    bench.send(m.Text("ab"), m.End())
    bench.speak()
    assert bench.machine.state is State.OVER
    bench.machine.attach(None, 0.0)
    assert bench.machine.take(0.0) is not None
    outputs = bench.send(m.Cancel())
    assert kinds(outputs) == ["Cancelled", "Done", "Close"]
