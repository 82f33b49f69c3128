"""A mouth that follows the sound: visemes in, blendshapes out, by the sound's clock."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lips.mouth import Mouth, Shape
from lips.shapes import blend
from vvstream_client import Event


class Receiver(Protocol):
    """Takes the whole mouth at one time."""

    def send(self, time: float, weights: Mapping[str, float]) -> None:
        """`time` is of the sound's clock, in seconds."""


class Face:
    """A `playing.player.Follower` that moves faces."""

    def __init__(
        self, receiver: Receiver, faces: Sequence[str], rate: float, lead: float = 0.0
    ) -> None:
        """`faces`: names of `lips.shapes.FACES`; `rate`: mouths a second; `lead`: seconds early."""
        self.shown = 0
        """Visemes whose time has come."""
        self.worst = 0.0
        """Seconds by which the latest of them was late."""
        self._receiver = receiver
        self._faces = faces
        self._rate = rate
        self._lead = lead
        self._mouth = Mouth()
        self._begin: deque[float] = deque()
        self._now = 0.0

    def take(self, event: Event, written: tuple[str, str] | None) -> None:
        """A viseme that will be heard."""
        if event["type"] == "viseme":
            self._mouth.add(Shape(event["viseme"], event["start"], event["end"]))
            self._begin.append(event["start"])

    def drop(self, why: str) -> None:
        """The mouth closes. The clock may begin anew."""
        self._mouth.close_at(self._now)
        self._begin.clear()
        self._now = 0.0

    def show(self, heard: float) -> None:
        """Send the mouth of this moment of the sound."""
        self._now = max(self._now, heard + self._lead)
        while self._begin and self._begin[0] <= self._now:
            self.worst = max(self.worst, self._now - self._begin.popleft())
            self.shown += 1
        self._receiver.send(heard, self._weights(self._mouth.at(self._now)))

    async def follow(self, heard: Callable[[], float]) -> None:
        """Send mouths by this clock until cancelled."""
        loop = asyncio.get_running_loop()
        wake = loop.time()
        while True:
            self.show(heard())
            # What the work takes comes off the pause; what was missed is not made up for.
            wake = max(wake + 1 / self._rate, loop.time())
            await asyncio.sleep(wake - loop.time())

    def close(self, rest: str | None) -> None:
        """Leave a closed mouth behind."""
        self._receiver.send(self._now, self._weights({}))

    def _weights(self, visemes: Mapping[str, float]) -> dict[str, float]:
        return {name: value for face in self._faces for name, value in blend(face, visemes).items()}
