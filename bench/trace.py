"""Do the stages overlap? `python -m bench.trace` writes bench/out/chrome_trace.json.gz and
trace.{md,json,png}.

The first is the profiler's own format (chrome://tracing, Perfetto); the second is drawn from it:
what each CUDA stream did over a few ticks. On a CPU, where the stages take turns, it shows these.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from bench.engine import WARM_UP_TICKS
from bench.report import OUT, write
from bench.rows import Crowd
from vvstream.config import default_path
from vvstream.config import load as load_config
from vvstream.engine.load import assemble
from vvstream.engine.service import FLYING
from vvstream.engine.tick import Flight, Ticker

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEVICE_WORK = frozenset(("kernel", "gpu_memcpy", "gpu_memset"))
STAGES = ("acoustic", "vocoder")


@dataclass(frozen=True, slots=True)
class Lane:
    """What one stream, or one stage of a CPU, was busy with."""

    name: str
    spans: tuple[tuple[float, float], ...]
    """Begin and length, in milliseconds."""

    @property
    def busy(self) -> float:
        """Milliseconds."""
        return sum(length for _, length in self.spans)


def record(ticker: Ticker, listeners: int, ticks: int, path: Path) -> None:
    """Trace so many ticks, launched as the engine's thread launches them."""
    crowd = Crowd(ticker, listeners)
    flying: list[Flight] = []

    def tick() -> None:
        with record_function("launch"):
            flying.append(ticker.launch(crowd.due()))
        while flying and (len(flying) > FLYING or flying[0].at_once):
            with record_function("collect"):
                list(ticker.collect(flying.pop(0)))
        for flight in flying:
            with record_function("settle"):
                ticker.settle(flight)

    for _ in range(WARM_UP_TICKS):
        tick()
    with profile(activities=list(_activities())) as profiler:
        for _ in range(ticks):
            tick()
    for flight in flying:
        list(ticker.collect(flight))
    crowd.leave()
    path.parent.mkdir(parents=True, exist_ok=True)
    profiler.export_chrome_trace(str(path))


def _activities() -> set[ProfilerActivity]:
    return {ProfilerActivity.CPU} | set(torch.profiler.supported_activities()) & {
        ProfilerActivity.CUDA
    }


def lanes(path: Path) -> list[Lane]:
    """What is drawn of a trace: the streams of a GPU, or the stages of a CPU."""
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else path.open()
    with opened as file:
        events: list[dict[str, Any]] = json.load(file)["traceEvents"]
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for event in events:
        if event.get("cat") in DEVICE_WORK:
            found[f"stream {event['args']['stream']}"].append((event["ts"], event["dur"]))
        elif event.get("cat") == "user_annotation" and event["name"] in STAGES:
            found[f"CPU: {event['name']}"].append((event["ts"], event["dur"]))
    streams = {name: spans for name, spans in found.items() if name.startswith("stream")}
    begun = min((at for spans in found.values() for at, _ in spans), default=0.0)
    return [
        Lane(name, tuple(((at - begun) / 1000, length / 1000) for at, length in sorted(spans)))
        for name, spans in sorted((streams or found).items())
    ]


def overlap(lane: Lane, other: Lane) -> float:
    """Milliseconds in which both were busy."""
    total, rest = 0.0, list(other.spans)
    for at, length in lane.spans:
        while rest and rest[0][0] + rest[0][1] <= at:
            rest.pop(0)
        for begun, lasts in rest:
            if begun >= at + length:
                break
            total += max(0.0, min(at + length, begun + lasts) - max(at, begun))
    return total


def report(drawn: Sequence[Lane], listeners: int, device: str, folder: Path) -> None:
    """Write what was measured, and draw it."""
    lines = [f"{listeners} listeners on {device}.", ""]
    lines += [f"* {lane.name}: busy for {lane.busy:.1f} ms" for lane in drawn]
    busiest = sorted(drawn, key=lambda lane: -lane.busy)[:2]
    both = overlap(*busiest) if len(busiest) == 2 else 0.0
    lines.append(f"* both at once: {both:.1f} ms")

    def plot(axes: "Axes") -> None:
        for row, lane in enumerate(drawn):
            axes.broken_barh(lane.spans, (row - 0.4, 0.8), facecolors=f"C{row}")
        axes.set_yticks(range(len(drawn)), [lane.name for lane in drawn])
        axes.set_xlabel("ms")

    figures = {"device": device, "listeners": listeners, "overlap_ms": both}
    write("trace", "\n".join(lines), figures, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.trace", description=__doc__)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--listeners", type=int, default=256)
    parser.add_argument("--ticks", type=int, default=4)
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    config = load_config(default_path(), {})
    engine = config.engine.model_copy(update={"slots": args.listeners})
    parts = assemble(config.model_copy(update={"engine": engine}), args.device)
    parts.ticker.warm_up(min(parts.limits.share.utterances, args.listeners))
    path = args.out / "chrome_trace.json.gz"
    record(parts.ticker, args.listeners, args.ticks, path)
    report(lanes(path), args.listeners, parts.gauge.name, args.out)


if __name__ == "__main__":
    main()
