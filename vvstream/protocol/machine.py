"""The machine that decides: one session, from its first text to its last frame.

It takes a client's messages, the voice's results, the coming and going of sockets, and the time;
it gives commands for the voice (returned at once) and outputs for the socket (`take`, one by one).
It knows nothing of sockets, threads, engines or phonemes.
"""

import math
from collections import deque
from collections.abc import Callable
from typing import Final, assert_never

from vvstream.errors import BadRequest, Idle, NoSuchSession, VvstreamError
from vvstream.options import SpeechOptions
from vvstream.protocol import commands as c
from vvstream.protocol import messages as m
from vvstream.protocol.codec import close_reason
from vvstream.protocol.flow import Pacing, window
from vvstream.protocol.intake import Intake, measure
from vvstream.protocol.journal import Order, Place, Rest
from vvstream.protocol.listener import ListenerClock
from vvstream.protocol.outbox import Outbox, Packet
from vvstream.protocol.progress import Progress, seconds
from vvstream.protocol.state import State

__all__ = ["Machine", "State"]

DONE: Final = 1000


class Machine:
    """One session.

    `plain`: its listener gets frames and a close, no JSON. `call`: its text came in the URL, so
    that nothing to speak is an error. `resumable`: it outlives its socket.
    """

    def __init__(
        self,
        session_id: str,
        options: SpeechOptions,
        rules: c.Rules,
        resolve: c.Resolve,
        now: float,
        *,
        charge: c.Charge = c.free_of_charge,
        engine: str = "vvstream",
        plain: bool = False,
        call: bool = False,
        resumable: bool = True,
    ) -> None:
        self.session_id = session_id
        self.options = options
        self.state = State.OPEN
        self.attached = self.parked = False
        self.pace, self.markup = m.Pace.REALTIME, m.Markup.NONE
        self.parting = c.Close(DONE, "done")
        self.kinds: frozenset[m.EventKind] = m.NO_EVENTS if plain else m.ALL_EVENTS
        self.plain = plain
        self.received = 0
        """How many messages of the session have arrived: text, flush, cancel, update and end."""
        self.words = 0
        """How many words have begun."""
        self._engine = engine
        self.call = call
        self._rules = rules
        self._resolve = resolve
        self._charge = charge
        self._resumable = resumable
        self.outbox = Outbox(rules.replay_frames)
        self._clock = ListenerClock(now)
        self._intake = Intake()
        self._ready: deque[c.Output] = deque()
        self._replies: deque[m.ServerMessage] = deque()
        self._close: c.Close | None = None
        self._parted = False  # the socket got its Close
        self._said = 0  # characters given to the voice
        self._spoken = 0  # characters of these that were made into frames, or dropped
        self._unfinished = False  # text was said after the last Finish
        self._flushes = 0  # c.Finish commands that the voice has not answered
        self._progress = Progress()
        self._text_at = self._active_at = self._moved_at = self._left_at = now

    def go_on(self, received: int, place: Place, orders: list[Order], from_seq: int) -> None:
        """Be as another machine was: its frame `from_seq` comes next, and lies after `place`."""
        self.received, self.words, self._spoken = received, place.words, place.offset
        self.outbox = Outbox(self._rules.replay_frames, from_seq)
        rest = Rest.of(orders)
        self._said = place.offset + rest.characters
        self._flushes, self._unfinished = rest.finishes, rest.unfinished
        self.state = State.ENDING if rest.ends else State.OPEN

    # The client.

    def attach(self, from_seq: int | None, now: float) -> None:
        """A socket comes, the first or another one, and gets the frames from `from_seq` on.

        None: from the next that was not sent. Raises NoSuchSession, BadRequest.
        """
        if self.state is State.CLOSED:
            raise NoSuchSession(f"session {self.session_id} is over")
        if from_seq is not None:
            self.outbox.rewind(from_seq)
            self._progress.rewind(from_seq)
        self.attached, self._parted, self.parked = True, False, False
        self._clear_socket()
        self._clock.attach(self.outbox.sent, now)
        # Text that was lost on its way comes again: it has not run dry.
        self._text_at = self._active_at = self._moved_at = now
        self._greet()

    def detach(self, now: float, *, answered: bool = False) -> list[c.Command]:
        """The socket is gone; `answered`: its peer answered the close, so nothing was lost."""
        self.attached = False
        done = answered and self._parted and self.state is State.OVER
        self._left_at = now
        self._clear_socket()
        return [] if self._resumable and not done else self._over()

    def receive(self, message: m.ClientMessage, now: float) -> list[c.Command]:
        """A message came; one that cannot be obeyed is answered with an error, never raised."""
        if self.state is State.CLOSED:
            return []
        self._active_at = now
        try:
            match message:
                case m.Ping():
                    self._replies.append(m.Pong())
                case m.Ack(seq):
                    self._ack(seq, now)
                case m.Start():
                    return self._start(message)
                case m.Cancel():
                    self.received += 1
                    return self._cancel(now)
                case m.Text() | m.Flush() | m.Update() | m.End():
                    self.received += 1
                    return self._obey(message, now)
                case _:
                    assert_never(message)
        except VvstreamError as error:
            self.refuse(error)
        return []

    def refuse(self, error: VvstreamError) -> None:
        """Answer what was wrong with a message, and go on."""
        self._replies.append(m.Error(error.code, error.message, error.retry_after))

    def warn(self, message: str) -> None:
        """Tell that something was changed or skipped."""
        self._replies.append(m.Warn(message))

    def fail(self, error: VvstreamError) -> list[c.Command]:
        """End the session: what is not sent is dropped."""
        if self.state is State.CLOSED:
            return []
        self._clear_socket()
        self.refuse(error)
        self._close = c.Close(error.code, close_reason(error.message))
        return self._over()

    def dismiss(self, error: VvstreamError) -> None:
        """Close the socket, and be there when its listener comes back."""
        self._ready.append(m.Error(error.code, error.message, error.retry_after))
        self._ready.append(c.Close(error.code, close_reason(error.message)))

    # The voice.

    @property
    def made(self) -> int:
        """The number of the frame that the voice makes next."""
        return self.outbox.made

    def voiced(self, packet: Packet) -> None:
        """The voice made frame `made`."""
        for event in packet.events:
            if isinstance(event, m.Word):
                self._begun(event)
        self.outbox.push(packet)

    def passed(self, word: m.Word) -> None:
        """A word that the listener had heard from another machine is passed over."""
        self._begun(word)
        self._progress.sent(word)

    def _begun(self, word: m.Word) -> None:
        self.words += 1
        self._spoken = word.offset + len(word.text)

    def finished(self, finish: c.Finish) -> list[c.Command]:
        """The voice has given all frames of what was said before `finish`."""
        self._flushes -= 1
        self._spoken = finish.offset
        match finish.why:
            case c.Why.FLUSH:
                seq = self.outbox.made
                self.outbox.mark(m.Flushed(seq, seconds(seq), finish.offset))
            case c.Why.END:
                if self.call and not self.outbox.made:
                    # A listener without JSON would take silence for success.
                    return self.fail(BadRequest("text: nothing in it can be spoken by this voice"))
                self._end()
            case c.Why.IDLE:
                pass
            case _:
                assert_never(finish.why)
        return []

    @property
    def pacing(self) -> Pacing:
        """How far the voice may run ahead of its listener."""
        clock = self._clock if self.attached else None
        return Pacing(self.outbox, clock, self.pace, self._rules)

    # The socket.

    @property
    def congested(self) -> bool:
        """So many answers wait for the socket that nothing more should be read from it."""
        return len(self._replies) >= self._rules.replies

    def take(self, now: float) -> c.Output | None:
        """The next thing to send, if there is one; it counts as sent."""
        while self.attached and not self._parted:
            if not self._ready:
                self._fill(now)
            if not self._ready:
                return None
            output = self._ready.popleft()
            self._parted = isinstance(output, c.Close)
            if isinstance(output, Packet | c.Close) or self._wanted(output):
                return output
        return None

    def coming(self, most: int) -> list[bytes]:
        """Frames that `take` would give one after the other, so many at most; see `gave`."""
        if not self.attached or self._parted or self._ready or self._replies:
            return []
        return self.outbox.coming(most)

    def gave(self, frames: int, now: float) -> None:
        """So many of the frames that were `coming` were sent."""
        self.outbox.gave(frames)
        self._clock.sent(self.outbox.sent, now)
        self._moved_at = now

    # The time.

    def deadline(self) -> float:
        """When `tick` has something to do; inf: never."""
        return min((at for at, _ in self._alarms()), default=math.inf)

    def tick(self, now: float) -> list[c.Command]:
        """Do what is due."""
        return [command for at, act in list(self._alarms()) if at <= now for command in act(now)]

    def _alarms(self) -> list[tuple[float, Callable[[float], list[c.Command]]]]:
        if self.state is State.CLOSED:
            return []
        rules = self._rules
        if not self.attached:
            over = (self._left_at + rules.ttl, lambda _: self._over())
            return [over] if self.parked else [(self._left_at + rules.park, self._park), over]
        alarms: list[tuple[float, Callable[[float], list[c.Command]]]] = []
        if self._unfinished:
            alarms.append((self._text_at + rules.idle_flush, lambda _: self._finish(c.Why.IDLE)))
        elif self.outbox.empty and not self._flushes and self.state is State.OPEN:
            quiet = Idle(f"nothing happened for {rules.idle:g} s")
            since = max(self._active_at, self._moved_at)
            alarms.append((since + rules.idle, lambda _: self.fail(quiet)))
        if self._clock.acking and self.outbox.sent - self._clock.acked >= window(self.pace, rules):
            alarms.append((self._moved_at + rules.stall, self._stalled))
        return alarms

    def _park(self, now: float) -> list[c.Command]:
        """Nobody has come back yet: until somebody does, the voice makes room for others."""
        self.parked = True
        return [c.Park()]

    def _stalled(self, now: float) -> list[c.Command]:
        """No ack for too long: the socket is closed, the session kept for resume."""
        self.dismiss(Idle(f"no ack for {self._rules.stall:g} s; resume with session_id and from"))
        self._moved_at = math.inf
        return []

    # Inside.

    def _greet(self) -> None:
        sent, voice = self.outbox.sent, self.options.voice
        self._replies.append(m.Ready(self.session_id, sent, self.received, voice, self._engine))

    def _start(self, message: m.Start) -> list[c.Command]:
        if self.received:
            raise BadRequest("start: expected before all text, use update; got it after")
        if message.session_id not in (None, self.session_id) or message.key is not None:
            raise BadRequest("start: expected session_id and key in the URL or the first message")
        self.options = self._resolve(message.wishes, self.options, True)
        self.listen(message)
        self._greet()
        return [c.Retune(self.options)]

    def listen(self, message: m.Start) -> None:
        """Take the pace, the markup and the events that a client wishes, where it says."""
        self.pace, self.markup = message.pace or self.pace, message.markup or self.markup
        self.kinds = self.kinds if message.events is None else message.events

    def _ack(self, seq: int, now: float) -> None:
        self.outbox.ack(seq)
        self._clock.ack(seq)
        self._moved_at = now

    def _obey(self, message: m.Text | m.Flush | m.Update | m.End, now: float) -> list[c.Command]:
        if self.state is not State.OPEN:
            raise BadRequest("expected no more text, flush or update after end")
        match message:
            case m.Text(text):
                return self._say(text, now)
            case m.Flush():
                if self._flushes >= self._rules.flushes:
                    raise BadRequest(f"flush: {self._flushes} of them wait already")
                return self._finish(c.Why.FLUSH)
            case m.Update(wishes):
                self.options = self._resolve(wishes, self.options, False)
                return [c.Retune(self.options)]
            case m.End():
                self.state = State.ENDING
                return self._finish(c.Why.END)
            case _:
                assert_never(message)

    def _say(self, piece: str, now: float) -> list[c.Command]:
        measure(piece, self._said - self._spoken, self._rules.characters)
        self._charge(len(piece))
        text, replaced = self._intake.push(piece)
        if replaced:
            self.warn(f"{replaced} control characters or lone surrogates were replaced")
        self._text_at = now
        return self._append(text)

    def _append(self, text: str) -> list[c.Command]:
        if not text:
            return []
        self._said += len(text)
        self._unfinished = True
        return [c.Say(text)]

    def _finish(self, why: c.Why) -> list[c.Command]:
        # A half character stays where it is when the text merely ran dry.
        rest = [] if why is c.Why.IDLE else self._append(self._intake.finish()[0])
        self._unfinished = False
        self._flushes += 1
        return [*rest, c.Finish(why, self._said)]

    def _cancel(self, now: float) -> list[c.Command]:
        # What is in _ready belongs to a frame that counts as sent: it goes out, nothing after it.
        ended = self.state is State.ENDING or (self.state is State.OVER and self.outbox.unsent > 0)
        self.outbox.drop()
        self._intake.finish()
        self._spoken = self._said
        self._unfinished = False
        self._flushes = 0
        self.outbox.mark(self._progress.cancelled(self.outbox.sent, self._clock.played(now)))
        if ended:
            self._end()
        return [c.Drop()]

    def _end(self) -> None:
        self.state = State.OVER
        made = self.outbox.made
        self.outbox.mark(m.Done(made, seconds(made), self._said, self.words))

    def _over(self) -> list[c.Command]:
        self.state = State.CLOSED
        self.outbox.drop()
        return [c.Drop()]

    def _clear_socket(self) -> None:
        self._ready.clear()
        self._replies.clear()

    def _fill(self, now: float) -> None:
        if self._replies:
            self._ready.append(self._replies.popleft())
            return
        sent = self.outbox.sent
        self._ready.extend(self.outbox.take())
        if self.outbox.sent > sent:
            self._clock.sent(self.outbox.sent, now)
            self._moved_at = now
        for output in self._ready:
            if isinstance(output, m.Word):
                self._progress.sent(output)
        if not self._ready:
            close = self._close or (self.parting if self.state is State.OVER else None)
            if close is not None:  # all was sent
                self._ready.append(close)

    def _wanted(self, message: m.ServerMessage) -> bool:
        kind = m.KINDS.get(type(message))
        return not self.plain if kind is None else kind in self.kinds
