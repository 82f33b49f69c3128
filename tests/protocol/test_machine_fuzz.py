"""Random interleavings of messages, clock steps, lost sockets and the voice, against a model.

The model is a listener that remembers all it was ever told. Hypothesis draws the bytes that choose
the steps, so that a failure shrinks to a short list of them.
"""

from collections.abc import Callable
from typing import assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.machine import RULES, LetterVoice, machine
from vvstream.errors import BadRequest, EngineFailed, NoSuchSession, Overloaded
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Close
from vvstream.protocol.machine import State
from vvstream.protocol.outbox import Packet

PIECES = ("", "a", "bc ", "d e", "\ud83d", "\ude00x", "\x00", "q" * 60, " f g h i j k l m n ")


class Model:
    """One session, what its listener saw of it, and the steps that can be taken."""

    def __init__(self, *, plain: bool) -> None:
        self.machine = machine(plain=plain, call=plain)
        self.voice = LetterVoice(self.machine)
        self.now = 0.0
        self.seen: dict[int, Packet] = {}
        """Every frame received, by number."""
        self.next: int | None = None
        """The frame that this socket gets next; None: `ready` tells."""
        self.words: list[m.Word] = []
        self.parted = False
        self.cancels = 0
        self.frames_after_cancel = 0
        self.received = 0
        self.plain = plain

    def step(self, choice: int, argument: int) -> None:
        steps: tuple[Callable[[int], object], ...] = (
            self.text,
            self.voice_step,
            self.voice_step,
            self.voice_step,
            self.take,
            self.take,
            self.take_all,
            self.flush,
            self.cancel,
            self.ack,
            self.update,
            self.start,
            self.end,
            self.ping,
            self.clock,
            self.clock,
            self.attach,
            self.attach,
            self.detach,
            self.break_down,
            self.send_away,
        )
        # A session that ends early tells little: these are rare.
        rare = (self.end, self.break_down)
        action = steps[choice % len(steps)]
        if action in rare and argument % 8:
            action = self.voice_step
        action(argument)
        self.check()

    def check(self) -> None:
        rules, machine = RULES, self.machine
        unsent = machine.outbox.unsent
        assert unsent <= rules.window_frames + rules.replay_frames
        assert machine.outbox.sent - machine.outbox.kept <= rules.replay_frames
        assert machine.pacing.hold(self.now) >= 0.0

    # What the client does.

    def send(self, message: m.ClientMessage) -> None:
        if not self.machine.attached:
            return
        if isinstance(message, m.Text | m.Flush | m.Cancel | m.Update | m.End):
            self.received += self.machine.state is not State.CLOSED
        self.voice.obey(self.machine.receive(message, self.now))
        assert self.machine.received == self.received

    def text(self, argument: int) -> None:
        self.send(m.Text(PIECES[argument % len(PIECES)]))

    def flush(self, _: int) -> None:
        self.send(m.Flush())

    def cancel(self, _: int) -> None:
        if not self.machine.attached or self.machine.state is State.CLOSED:
            return
        self.cancels += not self.parted
        self.frames_after_cancel = 0
        self.send(m.Cancel())
        # A listener that went back and then cancels has given up what it had of it.
        self.seen = {seq: p for seq, p in self.seen.items() if seq < self.machine.made}

    def ack(self, argument: int) -> None:
        self.send(m.Ack(argument % 30))

    def update(self, argument: int) -> None:
        self.send(m.Update(m.Wishes(voice=("en-Eric_man", "nobody")[argument % 2])))

    def start(self, argument: int) -> None:
        pace = (m.Pace.FAST, m.Pace.REALTIME, None)[argument % 3]
        self.send(m.Start(pace=pace, session_id=("s", "t")[argument % 2]))

    def end(self, _: int) -> None:
        self.send(m.End())

    def ping(self, _: int) -> None:
        self.send(m.Ping())

    # What happens around it.

    def voice_step(self, _: int) -> None:
        if self.machine.pacing.hold(self.now) == 0.0:
            self.voice.step()

    def clock(self, argument: int) -> None:
        self.now += (0.0, 0.02, 0.5, 1.0, 11.0, 70.0, 120.0)[argument % 7]
        self.voice.obey(self.machine.tick(self.now))
        assert self.machine.deadline() > self.now, "what was due is due again"

    def attach(self, argument: int) -> None:
        sent, kept = self.machine.outbox.sent, self.machine.outbox.kept
        wanted = None if argument % 3 else argument % 24
        try:
            self.machine.attach(wanted, self.now)
        except NoSuchSession:
            assert self.machine.state is State.CLOSED or (wanted is not None and wanted < kept)
            return
        except BadRequest:
            assert wanted is not None
            assert wanted > sent
            return
        self.next = sent if wanted is None else wanted
        self.new_socket()

    def detach(self, argument: int) -> None:
        self.voice.obey(self.machine.detach(self.now, answered=self.parted and argument % 2 == 0))
        self.new_socket()

    def new_socket(self) -> None:
        self.parted = False
        self.cancels = 0
        self.words.clear()

    def break_down(self, _: int) -> None:
        self.voice.obey(self.machine.fail(EngineFailed("broke")))
        self.cancels = 0

    def send_away(self, _: int) -> None:
        """No voice was free for it: its socket is closed, and it may come back."""
        if self.machine.attached and self.machine.state is not State.CLOSED:
            self.machine.dismiss(Overloaded("full", retry_after=1.0))

    # What the listener sees.

    def take_all(self, _: int) -> None:
        while self.take(0):
            pass

    def take(self, _: int) -> bool:
        output = self.machine.take(self.now)
        if output is None:
            return False
        assert not self.parted, "something came after the close"
        assert self.machine.attached
        match output:
            case Packet():
                self.frame(output)
            case Close():
                self.parted = True
            case m.Word():
                self.words.append(output)
            case m.Phoneme() | m.Viseme():
                assert output.seq == self.next
            case m.Ready():
                assert output.next_seq == self.next
                assert output.received <= self.received
            case m.Cancelled():
                self.cancels = max(0, self.cancels - 1)  # one that is replayed was counted
                assert output.seq == self.next
                assert output.heard.time <= output.sent.time == round(output.seq / 50, 4)
            case m.Flushed() | m.Done():
                assert (output.seq if isinstance(output, m.Flushed) else output.frames) == self.next
            case m.Error() | m.Pong() | m.Warn():
                pass
            case _:
                assert_never(output)
        assert not self.plain or isinstance(output, Packet | Close)
        return True

    def frame(self, packet: Packet) -> None:
        assert packet.seq == self.next, "a frame is missing or comes twice"
        assert packet == self.voice.frames[packet.seq]
        assert self.seen.setdefault(packet.seq, packet) == packet, "a replay differs"
        assert packet.pcm
        if not self.plain:
            assert self.words == [e for e in packet.events if isinstance(e, m.Word)]
            self.words.clear()
        if self.cancels and not self.plain:
            self.frames_after_cancel += 1
            assert self.frames_after_cancel <= 1, "the voice went on after a cancel"
        self.next = packet.seq + 1


@pytest.mark.timeout(600)  # traced for coverage on a busy machine it takes its time
@settings(max_examples=10_000)
@given(st.binary(min_size=20, max_size=160), st.booleans())
def test_no_interleaving_confuses_it(choices: bytes, plain: bool) -> None:
    model = Model(plain=plain)
    model.attach(1)
    for choice, argument in zip(choices[::2], choices[1::2], strict=False):
        model.step(choice, argument)
    # Whatever happened, a listener that comes back and ends gets all there is, and the close.
    if model.machine.state is State.CLOSED:
        return
    model.attach(1)
    model.take_all(0)
    model.end(0)
    if not model.parted:
        for _ in range(400):
            hold = model.machine.pacing.hold(model.now)
            model.now += min(hold, 1.0)
            model.voice.obey(model.machine.tick(model.now))
            model.voice_step(0)
            model.take_all(0)
            if model.machine._clock.acking:
                model.ack(max(0, (model.next or 0) - 1))
    model.take_all(0)
    assert model.parted
