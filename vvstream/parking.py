"""An utterance that can give its slot back and go on later, as if nothing had been.

What is heard depends on what the engine was given alone. So that is kept; when the utterance goes
on, a new one is given the same, and what has been taken already is passed over. Of a long one only
the last words are kept, and what was said before them as context: it costs no more to go on with an
hour than with twenty seconds, and where the rest joins it may differ by a shade.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple, Protocol

from vvstream import context
from vvstream.audio import SAMPLE_BYTES, AudioChunk, Spans
from vvstream.errors import Overloaded, VvstreamError
from vvstream.line import Line
from vvstream.options import PLAIN, Manner, SpeechOptions
from vvstream.ports import Utterance

KEPT: Final = 320
"""Units that are given again at least, where there were as many: twenty seconds of speech."""

RETRY_SECONDS: Final = 1.0


class Fed(NamedTuple):
    """What was given at once; `first` is the number of its first unit."""

    first: int
    units: Sequence[int]
    manner: Manner


class Owner(Protocol):
    """Whose utterance it is."""

    def waits(self, before: int) -> None:
        """There is no slot for it; so many others wait before it."""

    def refused(self, error: Overloaded) -> None:
        """It has waited as long as it may, and is parked."""


class Utterances:
    """Those of one speaker. The next one can be opened before its text comes, so that the engine
    reads what was spoken before while nobody waits for it."""

    def __init__(self, line: Line, owner: Owner) -> None:
        self._line = line
        self._owner = owner
        self._next: ParkableUtterance | None = None

    def prepare(self, options: SpeechOptions, before: Sequence[int]) -> None:
        """One like this may come next."""
        self.forget()
        self._next = ParkableUtterance(self._line, self._owner, options, before, parked=True)
        self._line.lend(self._next)

    def open(
        self, options: SpeechOptions, before: Sequence[int], *, parked: bool
    ) -> "ParkableUtterance":
        """It comes. Where it is `parked` none was expected."""
        utterance, self._next = self._next, None
        if utterance is not None and utterance.follows(options, before):
            utterance.unpark()
            return utterance
        if utterance is not None:
            utterance.cancel()
        return ParkableUtterance(self._line, self._owner, options, before, parked=parked)

    def forget(self) -> None:
        """None is expected; any number of times."""
        if self._next is not None:
            self._next.cancel()
            self._next = None


class ParkableUtterance:
    """Implements `Utterance`, and `Waiter`. Without a slot where it is `parked`, and as long as
    there is none."""

    def __init__(
        self,
        line: Line,
        owner: Owner,
        options: SpeechOptions,
        before: Sequence[int],
        *,
        parked: bool = False,
    ) -> None:
        """`before`: what was spoken before it."""
        self.until = 0.0
        self._line = line
        self._owner = owner
        self._waits = self._told = False
        self._failed: VvstreamError | None = None
        self._options = options
        self._before = tuple(before)  # what is kept
        self._kept: deque[Fed] = deque()
        self._begins = 0  # sample at which that begins
        self._fed = 0  # units
        self._known = 0  # of these, those whose spans were told
        self._begun: deque[tuple[int, int]] = deque()  # (unit, sample) of what was taken, in part
        self._ahead: deque[tuple[int, int]] = deque()  # … of what comes, where it is known
        self._untold: deque[int] = deque()  # its unit, where it is not known
        self._taken = 0  # samples
        self._passing = 0  # of what comes, samples that were taken before
        self._shift = (0, 0)  # (unit, sample) at which the voice began
        self._finished = self._over = False
        self._then: Sequence[int] = ()
        self._back = asyncio.Event()
        self._voice: Utterance | None = None
        if not parked:
            self.unpark()

    def follows(self, options: SpeechOptions, before: Sequence[int]) -> bool:
        """Whether it is one that is spoken so, after this."""
        return self._options == options and self._before == tuple(before)

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        """Append units."""
        if units:
            self._kept.append(Fed(self._fed, units, manner))
            self._untold.append(self._fed)
            self._fed += len(units)
        if self._voice is not None:
            self._voice.feed(units, manner)

    def finish(self, then: Sequence[int] = ()) -> None:
        """No more units come; see ports.Utterance."""
        self._finished, self._then = True, then
        if self._voice is not None:
            self._voice.finish(then)

    def cancel(self) -> None:
        """Stop at once; from any state, any number of times."""
        self._over = True
        self.park()
        self._back.set()

    def park(self) -> None:
        """Free the slot; from any state, any number of times."""
        self._waits = False
        self._line.leave(self)
        voice, self._voice = self._voice, None
        if voice is not None:
            voice.cancel()
            self._line.move()

    def unpark(self) -> None:
        """Go on, as soon as there is a slot; from any state, any number of times."""
        self._line.keep(self)
        if self._voice is None and not self._over and not self._waits:
            self.until = asyncio.get_running_loop().time() + self._line.patience
            self._waits, self._told = True, False
            self._tell(self._line.join(self))

    def take(self) -> bool:
        """See line.Waiter."""
        try:
            self._speak(self._line.open(self._options, self._before))
        except Overloaded:
            return False
        except VvstreamError as error:
            # Whoever made the line move has nothing to do with it.
            self._failed = error
        self._waits = False
        self._back.set()
        return True

    def give_up(self) -> None:
        """See line.Waiter."""
        self._waits = False
        patience = self._line.patience
        message = f"all voices are speaking, and none was free for {patience:g} s"
        self._owner.refused(Overloaded(message, retry_after=RETRY_SECONDS))

    def _tell(self, before: int | None) -> None:
        """Once, however often it is refused."""
        if before is not None and not self._told:
            self._told = True
            self._owner.waits(before)

    def _speak(self, voice: Utterance) -> None:
        for fed in self._kept:
            voice.feed(fed.units, fed.manner)
        if self._finished:
            voice.finish(self._then)
        self._shift = (self._kept[0].first if self._kept else self._fed, self._begins)
        self._passing = self._taken - self._begins
        self._voice = voice

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        while not self._over:
            if self._failed is not None:
                raise self._failed
            if (voice := self._voice) is None:
                self._back.clear()
                await self._back.wait()
                continue
            try:
                async for chunk in voice:
                    if self._voice is voice and (news := self._news(chunk)) is not None:
                        yield news
            except Overloaded:
                # An engine in another process: whether there is a slot is known only there.
                if self._voice is voice:
                    self._voice, self._waits = None, True
                    self._tell(self._line.wait(self))
                continue
            if self._voice is voice:
                return

    def _news(self, chunk: AudioChunk) -> AudioChunk | None:
        """What of a chunk is new, as if there had been one voice only."""
        passed = min(self._passing, len(chunk.samples) // SAMPLE_BYTES)
        self._passing -= passed
        samples = chunk.samples[passed * SAMPLE_BYTES :]
        spans = _moved(chunk.spans, *self._shift).since(self._known)
        self._known += len(spans)
        while self._untold and self._untold[0] < self._known:
            unit = self._untold.popleft()
            self._ahead.append((unit, spans.edges[unit - spans.first]))
        self._taken += len(samples) // SAMPLE_BYTES
        self._forget()
        return AudioChunk(samples, spans) if samples or spans else None

    def _forget(self) -> None:
        """What lies far behind need not be given again."""
        begun, ahead = self._begun, self._ahead
        while ahead and ahead[0][1] <= self._taken:
            begun.append(ahead.popleft())
        while len(begun) > 1 and begun[-1][0] - begun[1][0] >= KEPT:
            begun.popleft()
            self._begins = begun[0][1]
            self._before = context.extend(self._before, self._kept.popleft().units)


def _moved(spans: Spans, units: int, samples: int) -> Spans:
    if not units or not spans:
        return spans
    return Spans(spans.first + units, tuple(edge + samples for edge in spans.edges))
