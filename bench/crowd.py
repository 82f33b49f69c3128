"""One process of listeners for bench.load: `python -m bench.crowd` reads orders, writes results.

Each listener calls, plays what comes in real time, and calls again until the time is up. Orders are
lines of JSON on standard input, results on standard output; an empty line first says that it is up.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import urlencode, urlsplit

from bench.player import Player, Refused, Tally, request
from bench.texts import text_of

AGAIN_SECONDS = 0.5  # after a call that was refused
GRACE_SECONDS = 1.0  # for a connection that is being made when the time is up


@dataclass(frozen=True, slots=True)
class Orders:
    """What one process of listeners does; times are of the clock that a machine's processes share
    (time.monotonic)."""

    url: str
    first: int
    """The number of its first listener."""
    listeners: int
    of: int
    """Listeners of all processes together."""
    begin: float
    """When the first listener calls."""
    since: float
    """What is heard from then on counts. All have called halfway from the beginning."""
    until: float
    characters: int
    buffer: float
    """Seconds of sound that a listener waits for before it plays."""
    events: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a process of listeners heard."""

    heard: Tally
    refused: dict[str, int]
    cores: float
    """Of this process, while it counted."""


async def listen(orders: Orders, number: int, tally: Tally, refused: Counter[str]) -> None:
    """Call again and again until the time is up."""
    loop, chance = asyncio.get_running_loop(), random.Random(number)
    address = urlsplit(orders.url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    ramp = (orders.since - orders.begin) / 2
    await asyncio.sleep(orders.begin + ramp * number / orders.of - loop.time())
    # Not all of one length, or all would call at the same moment for ever.
    shares = (0.1, 1.5)
    while loop.time() < orders.until:
        characters = max(1, int(orders.characters * chance.uniform(*shares)))
        query = {"text": text_of(characters, chance.randrange(1000)), "events": int(orders.events)}
        asked = request(f"{host}:{port}", f"{address.path}?{urlencode(query)}")
        shares = (0.5, 1.5)
        call = partial(Player, asked, orders.buffer, tally)
        try:
            _, player = await loop.create_connection(call, host, port)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(orders.until):
                    await player.over
            if loop.time() >= orders.until:
                player.hang_up()
        except (Refused, OSError) as refusal:
            refused[str(refusal)] += 1
            await asyncio.sleep(AGAIN_SECONDS)


async def crowd(orders: Orders) -> Result:
    """All listeners of this process."""
    tally, refused = Tally(orders.since, orders.until), Counter[str]()
    numbers = range(orders.first, orders.first + orders.listeners)
    tasks = [asyncio.create_task(listen(orders, one, tally, refused)) for one in numbers]
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(orders.since - clock())
    spent = time.process_time()
    await asyncio.sleep(orders.until - clock())
    spent = time.process_time() - spent
    over, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS + AGAIN_SECONDS)
    for task in late:
        task.cancel()
    for task in over:
        task.result()
    return Result(tally, dict(refused), spent / (orders.until - orders.since))


def many_files() -> None:
    """A socket is a file: as many as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Read orders, listen, write what was heard."""
    many_files()
    print(flush=True)
    for line in sys.stdin:
        result = asyncio.run(crowd(Orders(**json.loads(line))))
        print(json.dumps(asdict(result)), flush=True)


if __name__ == "__main__":
    main()
