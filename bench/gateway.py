"""What one frame costs the process that holds the sockets: python -m bench.gateway

Real listeners over real sockets, in real time, from another process; the engine is silence, so what
is counted is the rest: front end, session, protocol, socket. CPU time of this process by frames.
"""

import argparse
import asyncio
import json
import socket
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.crowd import Orders, many_files
from bench.report import OUT, table, write
from vvstream.audio import FRAME_SAMPLES, SAMPLE_RATE, AudioChunk, Spans
from vvstream.config import default_path, load
from vvstream.options import PLAIN, Manner, SpeechOptions, VoiceInfo
from vvstream.serve import application
from vvstream.status import EngineStatus
from vvstream.wire.protocols import ServerConfig
from vvstream.wire.server import Server

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNIT_SAMPLES = SAMPLE_RATE * 80 // 1000
# Loud enough to be taken for speech.
HUM = b"\x00\x10" * UNIT_SAMPLES
VOICES = ("en-Heart_woman", "en-Sarah_woman", "en-Michael_man", "en-Eric_man")
CHARACTERS = 700  # of a call, about
BUFFER_SECONDS = 0.1
SETTLE_SECONDS = 3.0


class Silence:
    """An engine whose sound costs nothing: 80 ms a unit. Counts what was taken of it."""

    def __init__(self) -> None:
        self.samples = 0

    def voices(self) -> tuple[VoiceInfo, ...]:
        return tuple(VoiceInfo(name, "en", name.rpartition("_")[2]) for name in VOICES)

    async def warm_up(self) -> None:
        pass

    def open(self, options: SpeechOptions, context: Sequence[int] = ()) -> "Hush":
        return Hush(self)

    def status(self) -> EngineStatus:
        seconds = self.samples / SAMPLE_RATE
        return EngineStatus("silence", "cpu", 0, 1, 0, 1 << 20, 0, 0, 0.0, seconds)

    async def close(self) -> None:
        pass


class Hush:
    """One utterance of it."""

    def __init__(self, engine: Silence) -> None:
        self._engine = engine
        self._units = 0
        self._over = False
        self._more = asyncio.Event()

    def feed(self, units: Sequence[int], manner: Manner = PLAIN) -> None:
        self._units += len(units)
        self._more.set()

    def finish(self, then: Sequence[int] = ()) -> None:
        self._over = True
        self._more.set()

    def cancel(self) -> None:
        self.finish()

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        unit = 0
        while True:
            while unit == self._units and not self._over:
                self._more.clear()
                await self._more.wait()
            if unit == self._units:
                return
            start = unit * UNIT_SAMPLES
            spans = Spans(unit, (start, start + UNIT_SAMPLES))
            unit += 1
            self._engine.samples += UNIT_SAMPLES
            yield AudioChunk(HUM, spans)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU a frame."""

    server: float
    listener: float
    """Of the process that plays them, so that bench.load knows how many one can."""


async def measure(
    listeners: int, seconds: float, events: bool, settle: float = SETTLE_SECONDS
) -> Cost:
    """So many listeners, for so long; they come within `settle` seconds."""
    config = load(default_path(), {})
    config = config.model_copy(update={"languages": {"en": config.languages["en"]}})
    limits = config.server.model_copy(update={"port": 0})
    engine = Silence()
    app = application(config, engine, lambda: None)
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listening = asyncio.Event()
    server = Server(ServerConfig(app.asgi, limits), app.drain, listening.set)
    serving = asyncio.create_task(server.serve([listener]))
    await listening.wait()
    await app.warmed.wait()
    crowd = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.crowd", stdin=PIPE, stdout=PIPE
    )
    assert crowd.stdin is not None
    assert crowd.stdout is not None
    await crowd.stdout.readline()
    clock = asyncio.get_running_loop().time
    begin = clock()
    since, until = begin + settle, begin + settle + seconds
    url = f"ws://127.0.0.1:{listener.getsockname()[1]}/stream"
    orders = Orders(
        url, 0, listeners, listeners, begin, since, until, CHARACTERS, BUFFER_SECONDS, events
    )
    crowd.stdin.write(json.dumps(asdict(orders)).encode() + b"\n")
    await asyncio.sleep(since - clock())
    cpu, samples = time.process_time(), engine.samples
    await asyncio.sleep(until - clock())
    cpu = time.process_time() - cpu
    frames = max(1.0, (engine.samples - samples) / FRAME_SAMPLES)
    result = json.loads(await crowd.stdout.readline())
    crowd.stdin.close()
    await crowd.wait()
    server.should_exit = True
    await serving
    heard = max(1, result["heard"]["frames"])
    return Cost(cpu / frames, result["cores"] * seconds / heard)


def main() -> None:
    """Measure, a row at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    options = parser.parse_args()
    many_files()
    rows = []
    for count in options.listeners:
        plain, told = (asyncio.run(measure(count, options.seconds, on)) for on in (False, True))
        rows.append(
            (count, 1e6 * plain.server, 1e6 * told.server, 1e6 * plain.listener)
        )
        print(*rows[-1], sep="\t", flush=True)
    header = (
        "listeners",
        "µs a frame, plain",
        "µs a frame, all events",
        "one core carries",
        "µs a frame, the listener",
    )
    shown = [
        (n, f"{p:.1f}", f"{e:.1f}", f"{1e6 / (50 * p):,.0f} plain", f"{their:.1f}")
        for n, p, e, their in rows
    ]

    def plot(axes: "Axes") -> None:
        for column, label in ((1, "plain"), (2, "all events")):
            axes.plot([row[0] for row in rows], [row[column] for row in rows], "o-", label=label)
        axes.set(xlabel="listeners", ylabel="µs of CPU a frame", ylim=(0, None))
        axes.legend()

    write("gateway", table(header, shown), {"rows": rows}, plot, options.out)


if __name__ == "__main__":
    main()
