"""The ring: what is taken, replayed, freed and dropped, against a list that forgets nothing."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vvstream.errors import BadRequest, NoSuchSession
from vvstream.protocol.messages import Flushed, Word
from vvstream.protocol.outbox import KEPT_MARKS, Outbox, Packet

KEEP = 5


class OutboxAgainstAList(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.outbox = Outbox(KEEP)
        self.frames: list[Packet] = []
        self.sent = 0

    @rule(word=st.booleans())
    def push(self, word: bool) -> None:
        seq = len(self.frames)
        events = (Word("w", 0.0, 0.0, 0, seq),) if word else ()
        packet = Packet(seq, bytes([seq % 256]), events)
        self.frames.append(packet)
        self.outbox.push(packet)

    @rule()
    def take(self) -> None:
        taken = self.outbox.take()
        expected = self.frames[self.sent : self.sent + 1]
        self.sent += len(expected)
        assert taken == [thing for packet in expected for thing in (*packet.events, packet)]

    @rule(most=st.integers(0, 4), taken=st.integers(0, 4))
    def give(self, most: int, taken: int) -> None:
        """Frames in which nothing begins, as many in a row as there are."""
        coming = self.outbox.coming(most)
        rest = self.frames[self.sent : self.sent + most]
        plain = next((at for at, packet in enumerate(rest) if packet.events), len(rest))
        assert coming == [packet.pcm for packet in rest[:plain]]
        given = min(taken, len(coming))
        self.outbox.gave(given)
        self.sent += given

    @rule(back=st.integers(0, 8))
    def rewind(self, back: int) -> None:
        seq = self.sent - back
        if seq < self.outbox.kept:
            with pytest.raises(NoSuchSession):
                self.outbox.rewind(seq)
        else:
            self.outbox.rewind(seq)
            self.sent = seq

    @rule()
    def the_future_cannot_be_replayed(self) -> None:
        with pytest.raises(BadRequest):
            self.outbox.rewind(self.sent + 1)

    @rule(ahead=st.integers(0, 8))
    def free(self, ahead: int) -> None:
        self.outbox.free(self.outbox.kept + ahead)

    @precondition(lambda self: self.frames)
    @rule()
    def drop(self) -> None:
        self.outbox.drop()
        del self.frames[self.sent :]

    @invariant()
    def it_agrees(self) -> None:
        outbox = self.outbox
        assert (outbox.sent, outbox.made) == (self.sent, len(self.frames))
        assert outbox.unsent == len(self.frames) - self.sent
        assert outbox.kept <= outbox.sent <= outbox.made
        assert outbox.empty == (outbox.unsent == 0)


TestOutbox = OutboxAgainstAList.TestCase


def test_only_the_next_frame_is_taken_in() -> None:
    with pytest.raises(ValueError, match="expected frame 0, got 1"):
        Outbox(KEEP).push(Packet(1, b""))


def test_sent_frames_are_kept_up_to_the_limit() -> None:
    outbox = Outbox(KEEP)
    for seq in range(9):
        outbox.push(Packet(seq, b""))
        outbox.take()
    assert outbox.kept == 4


def test_a_mark_stands_between_two_frames_and_is_replayed_there() -> None:
    outbox = Outbox(KEEP)
    first, mark, second = Packet(0, b"0"), Flushed(1, 0.02, 3), Packet(1, b"1")
    outbox.push(first)
    outbox.mark(mark)
    outbox.push(second)
    assert [outbox.take(), outbox.take()] == [[first], [mark, second]]
    outbox.rewind(1)
    assert outbox.take() == [mark, second]


def test_a_mark_after_the_last_frame() -> None:
    outbox = Outbox(KEEP)
    outbox.push(Packet(0, b""))
    outbox.take()
    last = Flushed(1, 0.02, 5)
    outbox.mark(last)
    assert not outbox.empty
    assert outbox.take() == [last]
    outbox.free(1)
    outbox.rewind(1)
    assert outbox.take() == [last]


def test_a_mark_that_waits_is_dropped_with_its_frames() -> None:
    outbox = Outbox(KEEP)
    due = Flushed(0, 0.0, 0)
    outbox.mark(due)
    outbox.push(Packet(0, b""))
    outbox.mark(Flushed(1, 0.0, 0))
    outbox.drop()
    assert outbox.take() == [due]
    assert outbox.empty


def test_marks_without_frames_do_not_pile_up() -> None:
    outbox = Outbox(KEEP)
    for _ in range(3 * KEPT_MARKS):
        outbox.mark(Flushed(0, 0.0, 0))
        outbox.take()
    outbox.rewind(0)
    assert len(outbox.take()) == KEPT_MARKS


def test_frames_come_up_to_the_mark_between_them() -> None:
    outbox = Outbox(KEEP)
    for seq in range(2):
        outbox.push(Packet(seq, bytes([seq])))
    mark = Flushed(2, 0.04, 0)
    outbox.mark(mark)
    outbox.push(Packet(2, b"2"))
    assert outbox.coming(9) == [b"\0", b"\1"]
    outbox.gave(2)
    assert outbox.coming(9) == []
    assert outbox.take() == [mark, Packet(2, b"2")]
    assert outbox.coming(9) == []
