"""One process of listeners for bench.load: `python -m bench.crowd` reads orders, writes results.

Each listener calls, plays what comes in real time, and calls again until the time is up. Orders are
a line of JSON on standard input, results one on standard output.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict, dataclass

from websockets.exceptions import ConnectionClosed

from bench.listener import call, first_audible, lateness
from bench.texts import text_of

RAMP_SECONDS = 0.02  # between one listener's first call and the next one's


@dataclass(frozen=True, slots=True)
class Orders:
    """What one process of listeners does."""

    url: str
    first: int
    """The number of its first listener."""
    listeners: int
    seconds: float
    characters: int
    buffer: float
    """Seconds of sound that a listener waits for before it plays."""


@dataclass(frozen=True, slots=True)
class Call:
    """What one call was like."""

    begun: float
    """On the clock that all processes of a machine share."""
    first_audible: float | None
    frames: int
    late: int
    """Frames that came after they were to be played."""
    worst: float
    """The latest frame's lateness in seconds; negative: how early."""


async def listen(orders: Orders, number: int, calls: list[Call], refused: list[str]) -> None:
    """Call again and again until the time is up."""
    await asyncio.sleep((number - orders.first) * RAMP_SECONDS)
    chance = random.Random(number)
    end = time.monotonic() + orders.seconds
    while (begun := time.monotonic()) < end:
        # Not all of one length, or all would call at the same moment for ever.
        text = text_of(int(orders.characters * chance.uniform(0.5, 1.5)), chance.randrange(10_000))
        try:
            heard = await call(orders.url, text, {})
        except (SystemExit, ConnectionClosed) as refusal:
            refused.append(str(refusal))
            await asyncio.sleep(1)
            continue
        late = lateness([frame.at for frame in heard], orders.buffer)
        missed = sum(by > 0 for by in late)
        calls.append(Call(begun, first_audible(heard), len(heard), missed, max(late)))


async def crowd(orders: Orders) -> dict[str, object]:
    """All listeners of this process."""
    calls: list[Call] = []
    refused: list[str] = []
    numbers = range(orders.first, orders.first + orders.listeners)
    await asyncio.gather(*(listen(orders, number, calls, refused) for number in numbers))
    return {"calls": [asdict(one) for one in calls], "refused": refused}


def main() -> None:
    """Read orders, listen, write what was heard."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    print(json.dumps(asyncio.run(crowd(orders))), flush=True)


if __name__ == "__main__":
    main()
