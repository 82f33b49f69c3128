"""A listener that notes when each frame came, and what a person would have heard of it."""

import array
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from websockets.asyncio.client import connect

from vvstream.audio import AUDIBLE, FRAME_SECONDS, SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame: when it came, in seconds since the call was begun, and its sound."""

    at: float
    frame: bytes


Query = Mapping[str, str | float]
"""What the URL says besides the text: voice, steps, pace."""


async def call(
    url: str,
    text: str,
    query: Query,
    *,
    enough: Callable[[Heard], bool] = lambda _: False,
) -> list[Heard]:
    """Make a plain call, the connection included; hang up after a frame that is `enough`."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    heard: list[Heard] = []
    address = f"{url}?{urlencode({'text': text, **query})}"
    async with connect(address, compression=None, proxy=None, close_timeout=0.25) as socket:
        async for frame in socket:
            assert isinstance(frame, bytes)
            heard.append(Heard(clock() - begun, frame))
            if enough(heard[-1]):
                socket.transport.abort()  # a goodbye would wait for what is on its way
                return heard
    if socket.close_code != 1000:
        raise SystemExit(f"refused: {socket.close_code} {socket.close_reason}")
    return heard


def audible(heard: Heard) -> bool:
    """Whether something of the frame is heard."""
    return first_loud(heard.frame) is not None


def first_loud(frame: bytes) -> int | None:
    """The index of the frame's first audible sample."""
    samples = array.array("h", frame)
    if sys.byteorder == "big":
        samples.byteswap()
    return next((index for index, value in enumerate(samples) if abs(value) >= AUDIBLE), None)


def first_audible(heard: Sequence[Heard]) -> float | None:
    """When the first audible sample sounds, in seconds since the call was begun.

    The player starts with the first frame that it gets and plays on in real time; a frame that
    comes too late for that holds it up. None where all is silent.
    """
    playhead = 0.0
    for frame in heard:
        playhead = max(playhead, frame.at)
        if (index := first_loud(frame.frame)) is not None:
            return playhead + index / SAMPLE_RATE
        playhead += FRAME_SECONDS
    return None


def lateness(arrivals: Sequence[float], buffer: float) -> list[float]:
    """How late each frame came, in seconds; negative: how early.

    The listener begins `buffer` seconds after the first frame came and then plays in real time.
    """
    start = arrivals[0] + buffer
    return [at - (start + number * FRAME_SECONDS) for number, at in enumerate(arrivals)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the values (0 to 1) do not exceed: the nearest rank."""
    ordered = sorted(values)
    rank = -(-share * len(ordered) // 1)  # the ceiling
    return ordered[max(0, int(rank) - 1)]
