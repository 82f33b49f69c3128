"""What one frame costs the process that holds the sockets: python -m bench.gateway

Real listeners over real sockets, in real time, from another process; the engine is silence, so what
is counted is the rest: front end, session, protocol, socket. CPU time of this process by frames.
"""

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.report import table, write
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
TEXT = "The ferry leaves at six, whether the fog has lifted or not. " * 12
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

    def finish(self) -> None:
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


async def measure(
    listeners: int, seconds: float, events: bool, settle: float = SETTLE_SECONDS
) -> float:
    """Seconds of CPU a frame."""
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
    port, lasts = listener.getsockname()[1], seconds + 2 * settle
    asked = (str(port), str(listeners), str(lasts), str(int(events)))
    crowd = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.gateway", "--crowd", *asked, stdout=subprocess.PIPE
    )
    assert crowd.stdout is not None
    await crowd.stdout.readline()
    await asyncio.sleep(settle)
    cpu, samples = time.process_time(), engine.samples
    await asyncio.sleep(seconds)
    cost = (time.process_time() - cpu) / ((engine.samples - samples) / FRAME_SAMPLES)
    await crowd.wait()
    server.should_exit = True
    await serving
    return cost


async def crowd(port: int, listeners: int, seconds: float, events: int) -> None:
    """The listeners: they read and forget."""

    async def listen() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        target = f"/stream?text={quote(TEXT)}&events={events}"
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        started.release()
        while await reader.read(1 << 16):
            pass

    started = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(listen()) for _ in range(listeners)]
    for _ in tasks:
        await started.acquire()
    print("up", flush=True)
    await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()


def main() -> None:
    """Measure, or be the crowd."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--crowd", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.crowd:
        port, listeners, seconds, events = options.crowd
        asyncio.run(crowd(int(port), int(listeners), float(seconds), int(events)))
        return
    rows = []
    for count in options.listeners:
        plain, told = (
            1e6 * asyncio.run(measure(count, options.seconds, events)) for events in (False, True)
        )
        rows.append((count, plain, told))
    header = ("listeners", "µs a frame, plain", "µs a frame, all events", "one core carries")
    shown = [(n, f"{p:.1f}", f"{e:.1f}", f"{1e6 / (50 * p):,.0f} plain") for n, p, e in rows]

    def plot(axes: "Axes") -> None:
        for column, label in ((1, "plain"), (2, "all events")):
            axes.plot([row[0] for row in rows], [row[column] for row in rows], "o-", label=label)
        axes.set(xlabel="listeners", ylabel="µs of CPU a frame", ylim=(0, None))
        axes.legend()

    write(
        "gateway",
        table(header, shown),
        {"rows": rows},
        plot,
    )


if __name__ == "__main__":
    main()
