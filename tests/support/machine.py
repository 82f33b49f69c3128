"""A machine with a voice of one frame per character, for the tests of the protocol."""

from collections import deque
from dataclasses import dataclass, field, replace

from vvstream.errors import UnknownVoice
from vvstream.options import SpeechOptions
from vvstream.protocol import messages as m
from vvstream.protocol.commands import (
    Close,
    Command,
    Drop,
    Finish,
    Output,
    Retune,
    Rules,
    Say,
)
from vvstream.protocol.machine import Machine
from vvstream.protocol.outbox import Packet

OPTIONS = SpeechOptions("en-Heart_woman", 2.0, 5, 1.0, 0)
RULES = Rules(
    lead_frames=5,
    window_frames=12,
    replay_frames=10,
    park=5.0,
    ttl=60.0,
    idle=100.0,
    stall=10.0,
    idle_flush=1.0,
    characters=40,
    flushes=4,
    replies=4,
)


def resolve(wishes: m.Wishes, now: SpeechOptions, fresh: bool) -> SpeechOptions:
    """Two voices, and the speed."""
    if wishes.voice not in (None, "en-Heart_woman", "en-Eric_man"):
        raise UnknownVoice("unknown voice")
    return replace(now, voice=wishes.voice or now.voice, speed=wishes.speed or now.speed)


def machine(*, plain: bool = False, call: bool = False, resumable: bool = True) -> Machine:
    """A machine with small limits."""
    return Machine("s", OPTIONS, RULES, resolve, 0.0, plain=plain, call=call, resumable=resumable)


@dataclass
class LetterVoice:
    """Speaks each letter as a frame of its own; a word begins where a space or nothing was before.

    Like the real front end it speaks a word once it is complete: at a space, or at a Finish.
    """

    machine: Machine
    options: list[SpeechOptions] = field(default_factory=list)
    frames: list[Packet] = field(default_factory=list)
    """All that was made and not dropped."""
    jobs: deque[Say | Finish] = field(default_factory=deque)
    said: int = 0
    word: str = ""
    letters: deque[tuple[int, str, str]] = field(default_factory=deque)

    def obey(self, commands: list[Command]) -> None:
        """Queue what is asked for."""
        for command in commands:
            match command:
                case Drop():
                    self.jobs.clear()
                    self.letters.clear()
                    self.word = ""
                    del self.frames[self.machine.made :]
                case Retune(options):
                    self.options.append(options)
                case Say(text):
                    self.said += len(text)
                    self.jobs.append(command)
                case Finish():
                    self.jobs.append(command)

    def step(self) -> bool:
        """Make one frame, or answer one Finish; False: there is nothing to do."""
        while not self.letters:
            if not self.jobs:
                return False
            job = self.jobs.popleft()
            if isinstance(job, Finish):
                self._release(job.offset)
                if self.letters:
                    self.jobs.appendleft(job)
                    break
                self.obey(self.machine.finished(job))
                return True
            self._take_in(job.text)
        offset, letter, word = self.letters.popleft()
        seq = self.machine.made
        events: tuple[m.Timed, ...] = (m.Phoneme(letter, 0.0, 0.0, seq),)
        if word:
            events = (m.Word(word, seq / 50, seq / 50, offset, seq), *events)
        packet = Packet(seq, letter.encode(), events)
        self.frames.append(packet)
        self.machine.voiced(packet)
        return True

    def _take_in(self, text: str) -> None:
        waiting = sum(len(job.text) for job in self.jobs if isinstance(job, Say))
        end = self.said - waiting
        for at, character in enumerate(text, end - len(text)):
            if character == " ":
                self._release(at)
            else:
                self.word += character

    def _release(self, end: int) -> None:
        start = end - len(self.word)
        for i, letter in enumerate(self.word):
            self.letters.append((start + i, letter, "" if i else self.word))
        self.word = ""


def drain(machine: Machine, now: float) -> list[Output]:
    """Everything that there is to send."""
    outputs = []
    while (output := machine.take(now)) is not None:
        outputs.append(output)
        if isinstance(output, Close):
            break
    return outputs
