"""What does a listener cost? `python -m bench.memory` writes bench/out/memory.{md,json,png}.

The engine alone, in a process of its own for each row: memory (of a GPU what its allocator holds,
beside its context; else the process's) and sound per second as listeners double, with a limit and
without, and with more languages loaded than are spoken.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.engine import measure
from bench.report import OUT, table, write
from bench.rows import Crowd
from vvstream.config import Config, default_path
from vvstream.config import load as load_config
from vvstream.engine.load import WEIGHTS, assemble

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LISTENERS = (1, 2, 4, 8, 16, 32, 64)
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many listeners take."""

    listeners: int
    slots: int
    """How many the memory has room for."""
    languages: int
    limit_mb: int
    loaded: int
    """Bytes, with weights and without listeners."""
    memory: int
    """Bytes, with them."""
    audio_per_second: float


def config_of(languages: Sequence[str], listeners: int, limit: int) -> Config:
    """The shipped configuration with so many slots."""
    config = load_config(default_path(), {})
    english = config.languages["en"]
    blocks = {name: config.languages.get(name, english) for name in languages}
    engine = config.engine.model_copy(update={"slots": listeners, "vram_limit_mb": limit})
    return config.model_copy(update={"engine": engine, "languages": blocks})


def cost(device: str, languages: Sequence[str], listeners: int, limit: int, seconds: float) -> Cost:
    """Measured in this process, which has loaded nothing before."""
    parts = assemble(config_of(languages, listeners, limit), device)
    loaded = parts.gauge.used()
    ticker, slots = parts.ticker, parts.limits.slots
    ticker.warm_up(min(parts.limits.share.utterances, slots))
    point = measure(ticker, min(listeners, slots), seconds)
    crowd = Crowd(ticker, min(listeners, slots))
    for _ in range(3):
        list(ticker.tick(crowd.due()))
    memory = parts.gauge.used()
    crowd.leave()
    return Cost(listeners, slots, len(languages), limit, loaded, memory, point.audio_per_second)


def apart(**orders: Any) -> Cost:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", "--one", json.dumps(orders)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{orders}: {done.stderr}")
    one = Cost(**json.loads(done.stdout.splitlines()[-1]))
    print(*row(one), sep="\t", flush=True)
    return one


HEADER = (
    "listeners",
    "languages",
    "limit, MB",
    "room for",
    "loaded, MiB",
    "with them, MiB",
    "MiB each, graphs and all",
    "audio s/s",
)


def row(one: Cost) -> tuple[object, ...]:
    """Of the table."""
    return (
        f"{one.listeners:,}",
        one.languages,
        one.limit_mb or "none",
        f"{one.slots:,}",
        f"{one.loaded / MIB:,.0f}",
        f"{one.memory / MIB:,.0f}",
        f"{(one.memory - one.loaded) / MIB / min(one.listeners, one.slots):.2f}",
        f"{one.audio_per_second:,.1f}",
    )


def report(costs: Sequence[Cost], device: str, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    rows = [row(one) for one in costs]

    def plot(axes: "Axes") -> None:
        plain = [one for one in costs if not one.limit_mb and one.languages == 1]
        at = [one.listeners for one in plain]
        each = [(one.memory - one.loaded) / MIB / one.listeners for one in plain]
        axes.loglog(at, each, "o-", label="MiB each")
        seconds = [one.listeners / one.audio_per_second for one in plain]
        axes.loglog(at, seconds, "s-", label="seconds of the device per second of all")
        per_one = [1 / one.audio_per_second for one in plain]
        axes.loglog(at, per_one, "^-", label="seconds of the device per second of one")
        axes.set_xlabel("listeners at once")
        axes.legend()

    figures = {"device": device, "costs": [asdict(one) for one in costs]}
    write("memory", f"On {device}.\n\n{table(HEADER, rows)}", figures, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.memory", description=__doc__)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--listeners", type=int, nargs="+", default=LISTENERS)
    parser.add_argument("--limit-mb", type=int, default=0, help="measure the largest with it too")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.one:
        print(json.dumps(asdict(cost(**json.loads(args.one)))))
        return
    print(*HEADER, sep="\t", flush=True)
    common = {"device": args.device, "seconds": args.seconds}
    alone: dict[str, Any] = {**common, "languages": ["en"], "limit": 0}
    costs = [apart(**alone, listeners=listeners) for listeners in args.listeners]
    every = sorted(path.stem for path in WEIGHTS.glob("*.safetensors") if path.stem != "vocoder")
    if len(every) > 1:
        costs.append(apart(**{**alone, "languages": every}, listeners=args.listeners[0]))
    if args.limit_mb:
        limited = {**alone, "limit": args.limit_mb}
        costs.append(apart(**limited, listeners=max(args.listeners)))
    report(costs, args.device, args.out)


if __name__ == "__main__":
    main()
