"""The audio of one utterance becomes packets of its session: frames, each with its events."""

import asyncio
from array import array
from collections.abc import Callable
from typing import Final

from vvstream.audio import AUDIBLE, FRAME_SAMPLES, SAMPLE_BYTES
from vvstream.protocol.journal import Journal, Place
from vvstream.protocol.machine import Machine
from vvstream.protocol.messages import EventKind, Word
from vvstream.protocol.outbox import Packet
from vvstream.pulse import Pulse
from vvstream.speech import Speech

# A word's first frame waits for the word's end to be known, at most so many frames long.
HELD_FRAMES: Final = 20


class Delivery:
    """`moved` rings when something was sent, acked, attached or detached, and is rung here when
    words have begun; `changed` is called whenever the machine was told something."""

    def __init__(
        self,
        machine: Machine,
        journal: Journal,
        speech: Speech,
        finishes: int,
        behind: int,
        moved: Pulse,
        changed: Callable[[], None],
    ) -> None:
        """`finishes`: how many Finish were answered before this utterance."""
        self.behind = behind
        """Samples that are made and not heard, until the listener has caught up."""
        self._machine = machine
        self._journal = journal
        self._speech = speech
        self._finishes = finishes
        self._moved = moved
        self._changed = changed
        self._turn = asyncio.Lock()
        self._last = False

    async def run(self) -> None:
        """Until the utterance ends. Raises EngineFailed."""
        speech = self._speech
        async for chunk in speech.utterance:
            speech.captions.learn(chunk.spans)
            samples = self._catch_up(chunk.samples) if self.behind else chunk.samples
            speech.frames.extend(speech.framer.push(samples))
            await self.give()
        speech.frames.extend(speech.framer.finish())
        self._last = True
        await self.give()

    @property
    def waits(self) -> bool:
        """Frames are there, and no task gives them: the next word wants more text, or an end."""
        return bool(self._speech.frames) and not self._turn.locked()

    async def give(self) -> None:
        """Give the frames that may be given, as fast as the machine lets them go."""
        async with self._turn:
            machine, speech, untold, room = self._machine, self._speech, False, 0
            now = asyncio.get_running_loop().time
            while speech.frames:
                force = (
                    self._last
                    or EventKind.WORD not in machine.kinds
                    or machine.plain
                    or len(speech.frames) > HELD_FRAMES
                )
                events = speech.captions.due(machine.made, force=force)
                if events is None:
                    break
                if not room:
                    if wait := machine.pacing.hold(now()):
                        if untold:
                            self._tell()
                            untold = False
                        await self._hold(wait)
                    # Until it has to wait again nobody else acts.
                    room = max(1, machine.pacing.room(now()))
                room -= 1
                pcm = speech.frames.popleft()
                machine.voiced(Packet(machine.made, pcm, events))
                if events:
                    self._note_clauses()
                speech.made += 1
                if speech.heard is None and _audible(pcm):
                    speech.heard = asyncio.get_running_loop().time()
                untold = True
            if untold:
                self._tell()

    def _tell(self) -> None:
        """Frames were given: once for all of one turn of the loop, since nobody acts in between."""
        self._moved.ring()
        self._changed()

    def _catch_up(self, samples: bytes) -> bytes:
        """What is left of the samples when those were passed over that the listener has."""
        for event in self._speech.captions.passed():
            if isinstance(event, Word):
                self._machine.passed(event)
        self._note_clauses()
        self._moved.ring()
        cut = min(self.behind, len(samples) // SAMPLE_BYTES)
        self.behind -= cut
        return samples[cut * SAMPLE_BYTES :]

    def _note_clauses(self) -> None:
        speech = self._speech
        for clause in speech.captions.clauses():
            words = speech.words + clause.words
            place = Place(
                clause.sample,
                clause.offset,
                self._finishes,
                words,
                speech.own,
                begun=True,
                context=clause.context,
                inside=clause.inside,
            )
            self._journal.reach(place, self._machine.outbox.kept * FRAME_SAMPLES)

    async def _hold(self, wait: float) -> None:
        """Wait until the machine lets one more frame be made, in `wait` seconds, and then a little
        longer, so that several may be: a frame alone costs as much as six together."""
        now, machine = asyncio.get_running_loop().time, self._machine
        while wait:
            # What was sent rings too, and changes nothing.
            await self._moved.wait(wait + machine.pacing.rest)
            wait = machine.pacing.hold(now())


def _audible(pcm: bytes) -> bool:
    samples = array("h", pcm)
    return max(samples) >= AUDIBLE or min(samples) <= -AUDIBLE
