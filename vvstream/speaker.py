"""The voice's side of one session: text in, packets out.

It obeys the machine's commands in order: text goes through the front end in slices, off the event
loop; its words go to the engine as units, a bounded number ahead of the speech; the engine's audio
comes back as frames with their events, as fast as the machine lets it.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from vvstream import context
from vvstream.audio import FRAME_SAMPLES
from vvstream.captions import Captions
from vvstream.context import Context
from vvstream.delivery import Delivery
from vvstream.errors import BadRequest, EngineFailed, Overloaded, VvstreamError
from vvstream.line import Line
from vvstream.options import SpeechOptions
from vvstream.parking import Utterances
from vvstream.protocol.codec import close_reason
from vvstream.protocol.commands import Close, Command, Drop, Finish, Park, Retune, Say, Why
from vvstream.protocol.journal import Journal, Order, Place
from vvstream.protocol.machine import Machine
from vvstream.protocol.messages import Markup
from vvstream.pulse import Pulse
from vvstream.recital import Marked, Plain, Recital
from vvstream.speech import Speech
from vvstream.text.spoken import Complaint, Pause, Skipped, Spoken, SpokenWord, Turn

# The front end takes about a millisecond for so much: short enough that a first word waits for
# nothing but its own slice.
SLICE: Final = 64
# While the words that are there become a first sound, the rest of the text waits so many seconds:
# two threads of Python take turns, and what is read now would be read at the expense of the sound.
FIRST_SOUND: Final = 0.1

log = logging.getLogger("vvstream.utterance")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a speaker works with."""

    front_end: Plain
    marked: Marked
    line: Line
    """To the slots of the engine."""
    pool: Executor
    """Where front ends work."""
    words_ahead: int
    log_text: bool


class Speaker:
    """The voice of one session. `changed` is called whenever the machine was told something."""

    def __init__(self, machine: Machine, tools: Tools, changed: Callable[[], None]) -> None:
        self._machine = machine
        self._tools = tools
        self._changed = changed
        self._utterances = Utterances(tools.line, self)
        self._options = machine.options
        self._next: SpeechOptions | None = None
        self._context: Context = ()  # of all that the engine was given
        self._turn: str | None = None  # the voice that the text's tags ask for
        self._inside = ""  # the tags that are open where the words have come to
        self._recital: Recital | None = None
        self._skipped: list[Skipped] = []
        self._scripts: set[str] = set()  # what was told of them in this utterance
        self._said = 0  # characters, of all that was said
        self._base = 0  # of these, what was said before _recital was made
        self._since: float | None = None
        self._finishes = 0  # answered
        self._parked = False
        self._begun = False  # its clause, where another speaker was
        self._behind = 0  # samples that are made and not heard, until the listener has caught up
        self.journal = Journal(self._place())
        self._jobs: asyncio.Queue[Order] = asyncio.Queue()
        self._moved = Pulse()
        self._speech: Speech | None = None
        self._delivery: Delivery | None = None  # of its audio
        self._worker: asyncio.Task[None] | None = None

    def go_on(self, place: Place, orders: list[Order], from_seq: int) -> None:
        """Begin where another speaker's clause began, to be heard from frame `from_seq` on."""
        self._options, self._begun = place.options, place.begun
        self._context, self._inside = place.context, place.inside
        self._said = self._base = place.offset
        self._finishes = place.finishes
        self._behind = from_seq * FRAME_SAMPLES - place.sample
        self.journal = Journal(place)
        for order in orders:
            self.obey(order)

    def obey(self, command: Command) -> None:
        """Do, or queue, what the machine asks for."""
        if isinstance(command, Drop):
            self._drop("cancelled")
            return
        if isinstance(command, Park):
            self.park()
            return
        if isinstance(command, Say):
            self._said += len(command.text)
            self._since = self._since or _now()
        self.journal.add(command)
        self._jobs.put_nowait(command)
        if self._worker is None:
            self._worker = asyncio.create_task(self._guard(self._work))

    def park(self) -> None:
        """Take no slot of the engine until `unpark`."""
        self._parked = True
        self._utterances.forget()
        if self._speech is not None:
            self._speech.utterance.park()

    def unpark(self) -> None:
        """Go on, as soon as there is a slot; from any state, any number of times."""
        self._parked = False
        if self._speech is not None:
            self._speech.utterance.unpark()

    def waits(self, before: int) -> None:
        """See parking.Owner."""
        self._machine.warn(f"all voices are speaking: this waits for one, {before} before it")
        self._changed()

    def refused(self, error: Overloaded) -> None:
        """See parking.Owner: its listener may come back."""
        self._machine.dismiss(error)
        self._changed()

    def moved(self) -> None:
        """Something was sent, acked, attached or detached: look again whether to go on."""
        self._moved.ring()

    def _drop(self, outcome: str, code: int | None = None) -> None:
        worker, self._worker = self._worker, None
        _stop(worker)
        self._utterances.forget()
        self._end_speech(outcome, code)
        self._jobs = asyncio.Queue()
        self._recital, self._since = None, None
        self._base = self._said
        self._options, self._next = self._machine.options, None
        self._context, self._begun, self._behind = (), False, 0
        self._turn, self._inside = None, ""
        self.journal.restart(self._place())

    def _place(self) -> Place:
        """After all that was made, and all that was said."""
        sample = self._machine.made * FRAME_SAMPLES
        words = self._machine.words
        return Place(
            sample,
            self._said,
            self._finishes,
            words,
            self._options,
            context=self._context,
            inside=self._inside,
        )

    async def _guard(self, work: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        """Do the work; what it raises ends the session, in words."""
        try:
            await work(*args)
        except VvstreamError as error:
            self._fail(error)
        except Exception:
            log.exception("the voice broke")
            self._fail(EngineFailed("the server could not go on with this text"))

    async def _work(self) -> None:
        jobs = self._jobs
        while jobs is self._jobs:
            match await jobs.get():
                case Say(text):
                    await self._say(text)
                case Finish() as finish:
                    await self._finish(finish)
                case Retune(options):
                    self._retune(options)
                case job:
                    assert_never(job)

    def _fail(self, error: VvstreamError) -> None:
        commands = self._machine.fail(error)
        self._drop("failed", error.code)
        for command in commands:
            self.obey(command)
        self._changed()

    # Text to units.

    async def _say(self, text: str) -> None:
        for start in range(0, len(text), SLICE):
            if (recital := self._recital) is None:
                recital = self._recital = self._begin()
            await self._feed(recital, await self._anew(recital) or ())
            piece = text[start : start + SLICE]
            await self._feed(recital, await self._aside(recital.push, piece))
            await self._first_sound()

    async def _first_sound(self) -> None:
        """Let it be made, where it can be: with what is there, or in vain for want of a slot."""
        until = _now() + FIRST_SOUND
        while (speech := self._speech) is not None and speech.begins and _now() < until:
            await self._moved.wait(until - _now())

    def _begin(self) -> Recital:
        self._skipped = []
        tools, tell, voice = self._tools, self._skipped.append, self._options.voice
        marked = None if self._machine.markup is Markup.NONE else tools.marked
        return Recital(tools.front_end, marked, tell, voice, self._base, self._inside)

    async def _anew(self, recital: Recital) -> Sequence[Spoken] | None:
        """What is unspoken, read again if another voice speaks now than it was read for."""
        if recital.is_for(self._options.voice):
            return None
        return await self._aside(recital.again, self._options.voice)

    async def _finish(self, finish: Finish) -> None:
        goes_on = finish.why is not Why.END
        if (recital := self._recital) is not None:
            await self._feed(recital, await self._anew(recital) or ())
            rest = await self._aside(lambda: recital.finish(goes_on))
            await self._feed(recital, rest)
            self._inside = recital.inside
        await self._close(goes_on=goes_on)
        self._since, self._behind = None, 0
        self._scripts.clear()
        if goes_on:
            self._finishes += 1
            self._prepare()
        else:
            self._utterances.forget()
        place = replace(self._place(), offset=finish.offset)
        self.journal.reach(place, self._machine.outbox.kept * FRAME_SAMPLES)
        for command in self._machine.finished(finish):
            self.obey(command)
        self._changed()

    def _retune(self, options: SpeechOptions) -> None:
        if self._speech is None and not self._begun:
            self._change(options)
        else:
            self._next = None if options == self._options else options

    def _change(self, options: SpeechOptions) -> None:
        if options.voice != self._options.voice:
            self._context = ()  # nobody goes on from what another one said
        self._options = options

    async def _aside(self, work: Callable[..., Sequence[Spoken]], *args: str) -> Sequence[Spoken]:
        words = await asyncio.get_running_loop().run_in_executor(self._tools.pool, work, *args)
        if self._skipped:
            self._tell_skipped()
        return words

    def _tell_skipped(self) -> None:
        """Once for each script of an utterance; never the characters themselves."""
        new = {skipped.script for skipped in self._skipped} - self._scripts
        self._skipped.clear()
        self._scripts |= new
        for script in sorted(new):
            record = {"session": self._machine.session_id, "script": script}
            log.warning("skipped", extra={"record": record})
            self._machine.warn(f"{script} characters are skipped: this voice does not speak them")
            self._changed()

    async def _feed(self, recital: Recital, said: Sequence[Spoken]) -> None:
        waiting = deque(said)
        while waiting:
            match item := waiting.popleft():
                case SpokenWord():
                    await self._speak(item, recital.base + item.start)
                    recital.spoken(item)
                    if (anew := await self._anew(recital)) is not None:
                        waiting = deque(anew)
                case Pause(seconds):
                    (self._speech or self._open()).pause(seconds)
                case Turn(voice):
                    await self._close()
                    self._turn, self._context = voice, ()
                case Complaint():
                    self._complain(item)
                case _:
                    assert_never(item)

    async def _speak(self, word: SpokenWord, offset: int) -> None:
        speech, before = self._speech, word.before
        if speech is None:
            speech, before = self._open(), before.lstrip()
        units = speech.feed(word, before, offset, self._context)
        self._context = context.extend(self._context, units)
        self._nudge(speech)
        while speech.captions.words_waiting >= self._tools.words_ahead:
            await self._moved.wait(math.inf)
        if self._next is not None and speech.clause:
            await self._close(goes_on=self._next.voice == self._options.voice)

    def _complain(self, complaint: Complaint) -> None:
        """Tell what was wrong with the markup; a listener without JSON hears of it at the end."""
        error = BadRequest(complaint.message)
        if complaint.broken:
            self._machine.refuse(error)
            if self._machine.plain:
                self._machine.parting = Close(error.code, close_reason(error.message))
        else:
            self._machine.warn(complaint.message)
        self._changed()

    def _prepare(self) -> None:
        """Nothing is said any more, but something may be soon."""
        if self._context and self._jobs.empty() and not self._parked:
            self._utterances.prepare(self._spoken, context.before(self._context))

    @property
    def _spoken(self) -> SpeechOptions:
        """The options, with the voice that the tags ask for."""
        return self._options if self._turn is None else replace(self._options, voice=self._turn)

    def _open(self) -> Speech:
        options, before = self._spoken, context.before(self._context)
        speech = Speech(
            self._utterances.open(options, before, parked=self._parked),
            options,
            self._options,
            Captions(self._machine.made, self._machine.kinds, self._behind, options.speed),
            self._since or _now(),
            words=self._machine.words,
            text=[] if self._tools.log_text else None,
        )
        self._begun = False
        self._delivery = Delivery(
            self._machine,
            self.journal,
            speech,
            self._finishes,
            self._behind,
            self._moved,
            self._changed,
        )
        speech.listening = asyncio.create_task(self._guard(self._delivery.run))
        self._speech = speech
        return speech

    def _nudge(self, speech: Speech) -> None:
        """Text came: frames that had waited for it go out, though no more audio comes yet."""
        nudged = speech.nudged is not None and not speech.nudged.done()
        if self._delivery is not None and self._delivery.waits and not nudged:
            speech.nudged = asyncio.create_task(self._guard(self._delivery.give))

    async def _close(self, *, goes_on: bool = False) -> None:
        """Speak the utterance to its end, which is one in the middle of speech if it `goes_on`."""
        if (speech := self._speech) is not None and speech.listening is not None:
            speech.captions.complete()
            speech.utterance.finish(context.following(self._context) if goes_on else ())
            await speech.listening
            self._end_speech("spoken", 1000)
        if self._next is not None:
            self._change(self._next)
            self._next = None

    def _end_speech(self, outcome: str, code: int | None) -> None:
        speech, self._speech = self._speech, None
        if speech is None:
            return
        if self._delivery is not None:
            # An utterance fills its last frame.
            self._behind = self._delivery.behind // FRAME_SAMPLES * FRAME_SAMPLES
            self._delivery = None
        speech.utterance.cancel()
        _stop(speech.listening)
        _stop(speech.nudged)
        record = {"session": self._machine.session_id, "outcome": outcome, "code": code}
        log.info("utterance", extra={"record": {**record, **speech.record()}})


def _stop(task: asyncio.Task[None] | None) -> None:
    """Cancel a task, which may be the one that asks for it and is about to end."""
    if task is not None and task is not asyncio.current_task():
        task.cancel()


def _now() -> float:
    return asyncio.get_running_loop().time()
