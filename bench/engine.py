"""How much sound a second? `python -m bench.engine` writes bench/out/engine.{md,json,png}.

The engine alone, without sockets and without pace: so many listeners are advanced as fast as it
goes, tick by tick, as its threads do it. `--python` leaves the arithmetic out, and so measures
what Python itself would allow were the device infinitely fast. `--peer` measures Piper beside it
(bench/peer.py).
"""

import argparse
import gc
import json
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from bench.report import OUT, table, write
from bench.rows import Crowd
from bench.texts import text_of
from vvstream.audio import SAMPLE_BYTES, SAMPLE_RATE
from vvstream.config import default_path
from vvstream.config import load as load_config
from vvstream.engine.load import GROWTHS, LARGEST_BATCH, LARGEST_PUSH, Parts, assemble
from vvstream.engine.runner import HostRunner, Outputs, Program
from vvstream.engine.service import FLYING
from vvstream.engine.slots import Memory
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Flight, Ticker

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZES = (1, 2, 4, 8, 16, 32)
MOST_OF_PIPER = 32
WARM_UP_TICKS = 12  # beyond the small pushes of the beginning


@dataclass(frozen=True, slots=True)
class Point:
    """So many listeners: seconds of sound made in a second, and what a tick takes."""

    listeners: int
    audio_per_second: float
    audio_per_cpu_second: float
    tick_seconds: float


class Absent(HostRunner):
    """A device that takes no time: what each program gives is made once, and given ever after."""

    def __init__(self, largest: int) -> None:
        super().__init__(largest)
        self._made: dict[Any, Outputs] = {}

    def run(self, program: Program, rows: Tensor, inputs: Sequence[Tensor]) -> Outputs:
        key = (program, *(tensor.shape[1:] for tensor in inputs))
        if key not in self._made:
            state = () if program.fresh else (program.pool.matrix[:1],)
            self._made[key], _ = program.function(*state, *(tensor[:1] for tensor in inputs))
        return tuple(out.expand(len(rows), *out.shape[1:]) for out in self._made[key])


class Forgetful(Memory):
    """What a device remembers, which takes no time either."""

    def resize(self, capacity: int) -> None:
        pass

    def keep(self, rows: Tensor, first: Tensor, encodings: Tensor) -> None:
        pass

    def recall(self, rows: Tensor, numbers: Tensor) -> Tensor:
        return self.ring[:1, :1].expand(*numbers.shape, -1)


def without_arithmetic(parts: Parts) -> Ticker:
    """The same engine on a device that takes no time."""
    runner = Absent(LARGEST_BATCH["cuda"])
    languages = {}
    for name, stage in parts.ticker.languages.items():
        languages[name] = absent = Acoustic(stage.model, runner, 1 << 14)
        absent.memory = Forgetful(1, stage.model.sizes.channels, torch.zeros(1))
    sound = Sound(parts.ticker.sound.vocoder, runner, 1 << 14)
    return Ticker(languages, sound, LARGEST_PUSH["cuda"], GROWTHS["cuda"])


def advance(ticker: Ticker, crowd: Crowd, flying: deque[Flight]) -> int:
    """One tick, launched while the one before is computed -> samples that were made."""
    samples = 0
    flying.append(ticker.launch(crowd.due()))
    while flying and (len(flying) > FLYING or flying[0].at_once):
        for _, chunk in ticker.collect(flying.popleft()):
            samples += 0 if chunk is None else len(chunk.samples) // SAMPLE_BYTES
    for flight in flying:
        ticker.settle(flight)
    return samples


def measure(ticker: Ticker, listeners: int, seconds: float, crew: int = 1) -> Point:
    """Advance so many for `seconds`, shared among so many threads."""
    crew = min(crew, listeners)
    shares = [listeners // crew + (one < listeners % crew) for one in range(crew)]
    ready = threading.Barrier(crew + 1)

    def work(share: int) -> tuple[int, int]:
        torch.set_num_threads(threads)
        crowd, flying = Crowd(ticker, share), deque[Flight]()
        for _ in range(WARM_UP_TICKS):
            advance(ticker, crowd, flying)
        ready.wait()
        made = ticks = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or not ticks:
            made += advance(ticker, crowd, flying)
            ticks += 1
        for flight in flying:
            ticker.collect(flight)
        crowd.leave()
        return made, ticks

    threads = torch.get_num_threads()
    with ThreadPoolExecutor(crew) as pool:
        working = [pool.submit(work, share) for share in shares]
        ready.wait()
        begun, spent = time.perf_counter(), time.process_time()
        results = [one.result() for one in working]
        wall, spent = time.perf_counter() - begun, time.process_time() - spent
    audio = sum(made for made, _ in results) / SAMPLE_RATE
    ticks = sum(ticks for _, ticks in results)
    return Point(listeners, audio / wall, audio / spent, crew * wall / ticks)


def piper(python: str, sizes: Sequence[int], threads: int) -> list[dict[str, float]]:
    """What bench/peer.py measures in that environment."""
    orders = {
        "threads": threads,
        "listeners": list(sizes),
        "texts": [text_of(300, seed) for seed in range(8)],
    }
    done = subprocess.run(
        [python, str(Path(__file__).parent / "peer.py")],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=True,
    )
    measured: list[dict[str, float]] = json.loads(done.stdout)
    return measured


def report(
    points: Sequence[Point], peer: Sequence[dict[str, float]], device: str, folder: Path
) -> None:
    """Write the table, the figures and the plot."""
    rows = [
        (
            f"{point.listeners:,}",
            f"{point.audio_per_second:,.1f}",
            f"{point.audio_per_cpu_second:,.1f}",
            f"{1000 * point.tick_seconds:.1f}",
        )
        for point in points
    ]
    header = ("listeners", "audio s/s", "audio s per CPU s", "a tick, ms")
    markdown = f"The engine alone, on {device}.\n\n" + table(header, rows)
    if peer:
        others = [
            (
                int(one["listeners"]),
                f"{one['audio_per_second']:.1f}",
                f"{1000 * one['first_seconds']:.0f}",
            )
            for one in peer
        ]
        markdown += "\n\nPiper (en_US-joe-medium), on the CPU:\n\n" + table(
            ("listeners", "audio s/s", "first sound, ms (median)"), others
        )

    def plot(axes: "Axes") -> None:
        sizes = [point.listeners for point in points]
        axes.loglog(sizes, [p.audio_per_second for p in points], "o-", label=f"vvstream, {device}")
        if peer:
            at = [one["listeners"] for one in peer]
            axes.loglog(at, [one["audio_per_second"] for one in peer], "s--", label="Piper, CPU")
        axes.loglog(sizes, sizes, ":", color="grey", label="real time")
        axes.set_xlabel("listeners in a batch")
        axes.set_ylabel("audio seconds made per second")
        axes.legend()

    figures = {"device": device, "points": [asdict(point) for point in points], "piper": list(peer)}
    write("engine", markdown, figures, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.engine", description=__doc__)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--precision", choices=("fp32", "mixed"), help="default: the config's")
    parser.add_argument("--threads", type=int, help="of the CPU (default: the config's)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="listeners at once")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each size")
    parser.add_argument("--vram-limit-mb", type=int, default=0)
    parser.add_argument("--python", action="store_true", help="leave the arithmetic out")
    parser.add_argument("--peer", help="a Python that has Piper: see bench/peer.py")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    config = load_config(default_path(), {})
    changes = {
        "slots": max(args.sizes),
        "vram_limit_mb": args.vram_limit_mb,
        "precision": args.precision or config.engine.precision,
        "threads": config.engine.threads if args.threads is None else args.threads,
    }
    engine = config.engine.model_copy(update=changes)
    parts = assemble(config.model_copy(update={"engine": engine}), args.device)
    if args.python:
        ticker, device, crew = without_arithmetic(parts), "a device that takes no time", 1
    else:
        ticker, device, crew = parts.ticker, parts.gauge.name, parts.crew
        ticker.warm_up(min(parts.limits.share.utterances, parts.limits.slots))
    sizes = [size for size in args.sizes if args.python or size <= parts.limits.slots]
    gc.freeze()  # as a server does
    print("listeners", "audio s/s", "audio s per CPU s", "a tick, ms", sep="\t")
    points = []
    for size in sizes:
        points.append(one := measure(ticker, size, args.seconds, crew))
        figures = (one.audio_per_second, one.audio_per_cpu_second, 1000 * one.tick_seconds)
        print(size, *(f"{figure:,.1f}" for figure in figures), sep="\t", flush=True)
    small = [size for size in sizes if size <= MOST_OF_PIPER]
    peer = piper(args.peer, small, torch.get_num_threads()) if args.peer else []
    report(points, peer, device, args.out)


if __name__ == "__main__":
    main()
