"""How far ahead the voice may run."""

import math

import pytest

from tests.support.listening import Bench, audio
from tests.support.machine import RULES
from vvstream.errors import BadRequest, NoSuchSession
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Close
from vvstream.protocol.machine import State
from vvstream.protocol.outbox import Packet


def test_acks_move_the_window() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghijklmnopqrst "), m.Ack(0))
    assert bench.got[-1] == m.Error(4400, "ack: 0 frames were sent, from 0 on; got 0")
    bench.speak(1)
    bench.send(m.Ack(0))
    bench.speak()
    assert audio(bench.got) == b"abcdef"
    bench.send(m.Ack(99))
    assert bench.got[-1].message == "ack: 6 frames were sent, from 0 on; got 99"
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
    reason = "no ack for 10 s; resume with session_id and from"
    assert outputs == [m.Error(4408, reason), Close(4408, reason)]
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
    while bench.machine.pacing.hold(0.0) == 0.0 and bench.voice.step():
        pass
    assert bench.machine.made == RULES.window_frames
    bench.take()
    assert bench.machine.pacing.hold(0.0) == 0.0
    bench.machine.receive(m.Ack(0), 0.0)
    assert bench.machine.pacing.hold(0.0) == 0.0
    bench.voice.step()
    assert bench.machine.pacing.hold(0.0) == math.inf


def test_realtime_is_held_by_the_clock() -> None:
    bench = Bench()
    bench.send(m.Text("abcdefghij "))
    while bench.machine.pacing.hold(0.0) == 0.0:
        bench.voice.step()
        bench.take()
    assert audio(bench.got) == b"abcde"
    assert bench.machine.pacing.hold(0.0) == pytest.approx(0.02)
    assert bench.machine.pacing.hold(0.015) == pytest.approx(0.005)
    assert bench.machine.pacing.hold(0.02) == 0.0
    # A listener that ran dry does not play what it has not got.
    assert bench.machine.pacing.hold(100.0) == 0.0
    bench.now = 100.0
    while bench.machine.pacing.hold(100.0) == 0.0:
        bench.voice.step()
        bench.take()
    assert audio(bench.got) == b"abcdefghij"


def test_who_has_to_wait_may_wait_for_a_quarter_of_the_lead() -> None:
    assert Bench().machine.pacing.rest == pytest.approx(0.25 * RULES.lead_frames / 50)


@pytest.mark.parametrize("pace", list(m.Pace))
@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("acks", [(), (0,), (0, 2)])
def test_there_is_room_for_as_many_frames_as_need_not_wait(
    pace: m.Pace, attached: bool, acks: tuple[int, ...]
) -> None:
    bench = Bench(attach=False)
    bench.machine.listen(m.Start(pace=pace))
    bench.machine.attach(None, 0.0)
    bench.send(m.Text("a" * 38 + " "))
    for _ in range(3 if acks else 0):
        bench.voice.step()
        bench.take()
    bench.send(*map(m.Ack, acks))
    if not attached:
        bench.machine.detach(0.0)
    for now in (0.0, 0.01, 0.05, 0.4):
        room, made = bench.machine.pacing.room(now), 0
        while bench.machine.pacing.hold(now) == 0.0 and bench.voice.step():
            made += 1
        assert room == made


def test_frames_go_in_a_row_where_nothing_is_between_them() -> None:
    bench = Bench()
    machine, word = bench.machine, m.Word("b", 0.02, 0.04, 0, 1)
    for seq, pcm in enumerate((b"a", b"b", b"c", b"d")):
        machine.voiced(Packet(seq, pcm, (word,) if pcm == b"b" else ()))
    assert machine.coming(9) == [b"a"]
    machine.gave(1, 0.0)
    assert machine.coming(9) == []
    assert machine.take(0.0) == word
    # Its frame waits behind it.
    assert machine.coming(9) == []
    assert machine.take(0.0) == Packet(1, b"b", (word,))
    assert machine.coming(1) == [b"c"]
    assert machine.coming(9) == [b"c", b"d"]
    machine.gave(1, 0.0)
    assert machine.coming(9) == [b"d"]
    machine.refuse(BadRequest("an answer goes first"))
    assert machine.coming(9) == []
    bench.take()
    machine.detach(0.0)
    assert machine.coming(9) == []
