"""Does it keep up? `python -m bench.realtime` writes bench/out/realtime.{md,json,png}.

Three questions, each put to a server in a process of its own over loopback:

* how much of one core does one stream need? The server is bound to one core with one thread for the
  models, and makes speech as fast as it can: seconds of work for a second of sound (RTF);
* is a frame ever late? Ten minutes of text in one call, at the listener's pace;
* does a session's memory grow? The process's memory during these ten minutes.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.listener import Heard, call, lateness, percentile
from bench.report import OUT, table, write
from bench.server import Server, running
from bench.texts import text_of
from vvstream.audio import FRAME_SECONDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHARACTERS_PER_SECOND = 17  # of English as we speak it, on the fast side
BUFFER_SECONDS = 0.1
EARLY_SECONDS = 10.0
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Speed:
    """One stream on one core."""

    audio_seconds: float
    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """One long call: how late each frame was, and the server's memory as it went on."""

    late: list[float]
    """Seconds, per frame; negative is early."""
    memory: list[tuple[float, int]]
    """(seconds of sound so far, bytes in use), once a second."""
    loaded: int
    """Bytes in use when the server was ready."""
    peak: int

    def memory_at(self, seconds: float) -> int:
        """Bytes in use when so much sound had been heard, or at the end."""
        return next((used for at, used in self.memory if at >= seconds), self.memory[-1][1])


async def speed(server: Server, seconds: float) -> Speed:
    """Speak about `seconds` of text as fast as the server can."""
    query = {"pace": "fast"}
    await call(server.url, text_of(200), query)  # what is done once only is not counted
    before = server.cpu_seconds()
    heard = await call(server.url, text_of(int(seconds * CHARACTERS_PER_SECOND), seed=1), query)
    spent = server.cpu_seconds() - before
    return Speed(len(heard) * FRAME_SECONDS, heard[-1].at, spent)


async def stretch(server: Server, seconds: float) -> Stretch:
    """Listen to `seconds` of speech in one call, and hang up."""
    loaded = server.resident()
    memory: list[tuple[float, int]] = []
    count = 0

    def enough(_: Heard) -> bool:
        nonlocal count
        count += 1
        if count % round(1 / FRAME_SECONDS) == 0:
            memory.append((count * FRAME_SECONDS, server.resident()))
        return count * FRAME_SECONDS >= seconds

    text = text_of(int(1.1 * seconds * CHARACTERS_PER_SECOND))
    heard = await call(server.url, text, {}, enough=enough)
    late = lateness([frame.at for frame in heard], BUFFER_SECONDS)
    return Stretch(late, memory, loaded, server.peak())


def report(one: Speed, long: Stretch, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    minutes = len(long.late) * FRAME_SECONDS / 60
    missed = sum(late > 0 for late in long.late)
    early, end = long.memory_at(EARLY_SECONDS), long.memory[-1][1]
    rows = [
        ("one stream, one core: RTF by the clock", f"{one.wall_seconds / one.audio_seconds:.3f}"),
        ("the same by the CPU's time", f"{one.cpu_seconds / one.audio_seconds:.3f}"),
        (f"frames late in {minutes:.1f} minutes, 100 ms of buffer", f"{missed}"),
        ("buffer left, worst frame", f"{-1000 * max(long.late):.0f} ms"),
        ("buffer left, 99.9 % of frames", f"{-1000 * percentile(long.late, 0.999):.0f} ms"),
        ("process memory, loaded and ready", f"{long.loaded / MIB:.0f} MiB"),
        (f"process memory after {EARLY_SECONDS:.0f} s of speech", f"{early / MIB:.1f} MiB"),
        (f"process memory after {minutes:.1f} minutes of speech", f"{end / MIB:.1f} MiB"),
        ("process memory, peak", f"{long.peak / MIB:.0f} MiB"),
    ]

    def plot(axes: "Axes") -> None:
        at = [FRAME_SECONDS * number for number in range(len(long.late))]
        axes.plot(at, [-1000 * late for late in long.late], lw=0.5, label="buffer left, ms")
        axes.axhline(0, color="black", lw=0.8)
        axes.set_xlabel("seconds of speech")
        axes.set_ylabel("buffer left, ms")
        right = axes.twinx()
        right.plot(*zip(*((at, used / MIB) for at, used in long.memory), strict=True), color="C1")
        right.set_ylabel("process memory, MiB")
        right.set_ylim(bottom=0)

    figures = {"speed": asdict(one), "stretch": asdict(long)}
    write("realtime", table(("what", "measured"), rows), figures, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.realtime", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the long call")
    parser.add_argument("--speed-seconds", type=float, default=60.0, help="of speech for the RTF")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    # The listener stays off the server's core.
    *others, last = sorted(os.sched_getaffinity(0))
    with running(cpus={last}, overrides={"engine": {"threads": 1}}) as server:
        os.sched_setaffinity(0, others or {last})
        one = asyncio.run(speed(server, args.speed_seconds))
    with running() as server:
        long = asyncio.run(stretch(server, 60 * args.minutes))
    report(one, long, args.out)


if __name__ == "__main__":
    main()
