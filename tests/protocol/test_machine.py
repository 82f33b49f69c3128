"""The machine, one behaviour after another; the fuzz in test_machine_fuzz has the interleavings."""

import math

import pytest

from tests.support.machine import OPTIONS, RULES, LetterVoice, drain, machine, resolve
from vvstream.errors import (
    BadRequest,
    Draining,
    EngineFailed,
    NoSuchSession,
    RateLimited,
)
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Close, Drop, Finish, Output, Retune, Say, Why
from vvstream.protocol.machine import Machine, State
from vvstream.protocol.outbox import Packet


class Bench:
    """A machine, its voice and its listener, who takes all there is."""

    def __init__(self, *, attach: bool = True, **changes: bool) -> None:
        self.machine = machine(**changes)
        self.voice = LetterVoice(self.machine)
        self.now = 0.0
        self.got: list[Output] = []
        if attach:
            self.machine.attach(None, 0.0)
            self.take()

    def send(self, *messages: m.ClientMessage) -> list[Output]:
        for message in messages:
            self.voice.obey(self.machine.receive(message, self.now))
        return self.take()

    def speak(self, frames: int = 1_000) -> list[Output]:
        """Let the voice go on as long as the machine lets it, while the clock runs."""
        before = len(self.got)
        for _ in range(frames):
            if (hold := self.machine.hold(self.now)) == math.inf:
                break
            self.now += hold
            if not self.voice.step():
                break
            self.take()
        return self.got[before:]

    def take(self) -> list[Output]:
        got = drain(self.machine, self.now)
        self.got += got
        return got

    def wait(self, seconds: float) -> list[Output]:
        self.now += seconds
        self.voice.obey(self.machine.tick(self.now))
        return self.take()


def audio(outputs: list[Output]) -> bytes:
    return b"".join(output.pcm for output in outputs if isinstance(output, Packet))


def kinds(outputs: list[Output]) -> list[str]:
    return [type(output).__name__ for output in outputs]


def only(outputs: list[Output], kind: type[Output]) -> Output:
    (found,) = [output for output in outputs if isinstance(output, kind)]
    return found


def test_a_session_from_ready_to_done() -> None:
    bench = Bench()
    assert bench.got == [m.Ready("s", 0, 0, 16_000, 20, OPTIONS.voice, "vvstream")]
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


def test_too_many_flushes_are_refused() -> None:
    bench = Bench()
    outputs = bench.send(*[m.Flush()] * (RULES.flushes + 1))
    assert outputs == [m.Error(4400, "flush: 4 of them wait already")]


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


def test_nothing_but_cancel_after_end() -> None:
    bench = Bench()
    (error,) = bench.send(m.End(), m.Text("late"))
    assert error == m.Error(4400, "expected no more text, flush or update after end")
    assert bench.machine.received == 2


def test_update_is_for_the_voice_and_checked() -> None:
    bench = Bench()
    commands = bench.machine.receive(m.Update(m.Wishes(voice="en-Eric_man")), 0.0)
    assert commands == [Retune(bench.machine.options)]
    assert bench.machine.options.voice == "en-Eric_man"
    (error,) = bench.send(m.Update(m.Wishes(voice="nobody")))
    assert isinstance(error, m.Error)
    assert error.code == 4422


def test_start_is_for_the_beginning() -> None:
    bench = Bench()
    (ready,) = bench.send(m.Start(m.Wishes(voice="en-Eric_man"), events=m.NO_EVENTS))
    assert isinstance(ready, m.Ready)
    assert ready.voice == "en-Eric_man"
    assert bench.machine.kinds == m.NO_EVENTS
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
    assert bench.machine.deadline() == bench.now + RULES.ttl
    bench.machine.attach(2, bench.now)
    assert bench.take()[0] == m.Ready("s", 2, 2, 16_000, 20, OPTIONS.voice, "vvstream")
    bench.speak()
    assert audio(bench.got) == b"abcd" + b"cdefgh"
    assert isinstance(bench.got[-1], Close)
    bench.machine.detach(bench.now)
    assert bench.wait(RULES.ttl) == []
    assert bench.machine.state is State.CLOSED
    with pytest.raises(NoSuchSession):
        bench.machine.attach(None, bench.now)


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


def test_acks_move_the_window() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghijklmnopqrst "), m.Ack(0))
    assert bench.got[-1] == m.Error(4400, "ack: expected a frame before 0, got 0")
    bench.speak(1)
    bench.send(m.Ack(0))
    bench.speak()
    assert audio(bench.got) == b"abcdef"
    bench.send(m.Ack(3), m.Ack(1))
    bench.speak()
    assert audio(bench.got) == b"abcdefghi"
    # What was acked is not kept.
    bench.machine.detach(bench.now)
    with pytest.raises(NoSuchSession):
        bench.machine.attach(3, bench.now)


def test_acks_that_stop_close_the_socket_and_keep_the_session() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghijklmnopqrst "))
    bench.speak(1)
    bench.send(m.Ack(0))
    bench.speak()
    deadline = bench.machine.deadline()
    outputs = bench.wait(deadline - bench.now)
    assert outputs == []  # the text ran dry first
    outputs = bench.wait(RULES.stall)
    assert outputs == [Close(4408, "no ack for 10 s; come back with session_id and from")]
    assert bench.machine.state is State.OPEN
    assert bench.machine.deadline() == math.inf
    bench.machine.detach(bench.now)
    bench.machine.attach(3, bench.now)
    assert audio(bench.take()) == b"def"


def test_fast_is_held_by_the_window_only() -> None:
    bench = Bench(attach=False)
    bench.machine.listen(m.Start(pace=m.Pace.FAST))
    bench.machine.attach(None, 0.0)
    bench.send(m.Text("a" * 30 + " "))
    while bench.machine.hold(0.0) == 0.0 and bench.voice.step():
        pass
    assert bench.machine.made == RULES.window_frames
    bench.take()
    assert bench.machine.hold(0.0) == 0.0
    bench.machine.receive(m.Ack(0), 0.0)
    assert bench.machine.hold(0.0) == 0.0
    bench.voice.step()
    assert bench.machine.hold(0.0) == math.inf


def test_realtime_is_held_by_the_clock() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghij "))
    while bench.machine.hold(0.0) == 0.0:
        bench.voice.step()
        bench.take()
    assert audio(bench.got) == b"abcde"
    assert bench.machine.hold(0.0) == pytest.approx(0.02)
    assert bench.machine.hold(0.015) == pytest.approx(0.005)
    assert bench.machine.hold(0.02) == 0.0
    # A listener that ran dry does not play what it has not got.
    assert bench.machine.hold(100.0) == 0.0
    bench.now = 100.0
    while bench.machine.hold(100.0) == 0.0:
        bench.voice.step()
        bench.take()
    assert audio(bench.got) == b"abcdefghij"


def test_answers_that_nobody_takes_stop_the_reading() -> None:
    bench = Bench()
    for _ in range(RULES.replies):
        assert not bench.machine.congested
        bench.machine.receive(m.Ping(), 0.0)
    assert bench.machine.congested
    bench.take()
    assert not bench.machine.congested


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
