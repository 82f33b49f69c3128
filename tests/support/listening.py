"""A machine, its voice and its listener, for tests that look at what comes out."""

import math

from tests.support.machine import LetterVoice, drain, machine
from vvstream.protocol import messages as m
from vvstream.protocol.commands import Output
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
            if (hold := self.machine.pacing.hold(self.now)) == math.inf:
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
