"""How many can listen? `python -m bench.load` writes bench/out/load.{md,json,png}.

Real listeners over real sockets: each calls, plays in real time what comes, and calls again. For
each number of them: how soon the first audible sample came, which share of the frames was there
when it was to be played, and what the server took of the machine. The listeners are processes of
their own, of fewer each than a core can play; they come a few at a time, and it counts once all
are there and speaking. A row is printed as soon as it is measured.
"""

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench.crowd import Orders
from bench.listener import percentile
from bench.player import Tally
from bench.processes import Tree
from bench.report import OUT, table, write
from bench.server import running

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LISTENERS = (1, 4, 8, 16, 24, 32)
# Listeners of one process: busy for a quarter of its time then (bench.gateway measures it).
A_PROCESS = 500
A_SECOND = 500  # of them call for the first time
SETTLED_SECONDS = 2.0  # at least, before it counts
BUFFER_SECONDS = 0.1
START_SECONDS = 60.0
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Level:
    """So many listeners at once."""

    listeners: int
    calls: int
    refused: dict[str, int]
    first_audible: list[float]
    """Seconds, in order."""
    frames: int
    late: int
    worst: float
    """Seconds by which the latest frame came too late; negative: early."""
    cores: float
    """Of the server's processes together."""
    memory: int
    """Bytes, of the same."""
    crowd_cores: float
    """Of the busiest process of listeners: near 1 it measures itself."""

    @property
    def in_time(self) -> float:
        """The share of frames that was there when it was to be played."""
        return 1 - self.late / max(1, self.frames)


class Crowds:
    """Processes of listeners, for as many as there will be at once."""

    def __init__(self, most: int) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.crowd"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[1],
            )
            for _ in range(-(-most // A_PROCESS))
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            self._line(process)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in self._processes:
            assert process.stdout is not None
            process.stdout.close()
            try:
                process.wait(START_SECONDS)
            finally:
                process.kill()

    def order(self, listeners: int, **orders: Any) -> None:
        """Have so many listen, spread over the processes."""
        count = min(len(self._processes), listeners)
        shares = [listeners // count + (n < listeners % count) for n in range(count)]
        self._asked = self._processes[:count]
        for number, process in enumerate(self._asked):
            part = Orders(
                first=sum(shares[:number]), listeners=shares[number], of=listeners, **orders
            )
            assert process.stdin is not None
            process.stdin.write(json.dumps(asdict(part)) + "\n")
            process.stdin.flush()

    def results(self) -> list[dict[str, Any]]:
        """What they heard, once their time is up."""
        return [json.loads(self._line(process)) for process in self._asked]

    def _line(self, process: "subprocess.Popen[str]") -> str:
        assert process.stdout is not None
        if not (line := process.stdout.readline()):
            raise SystemExit(f"the listeners stopped with status {process.wait()}")
        return line


def level(
    crowds: Crowds, url: str, pid: int | None, listeners: int, args: argparse.Namespace
) -> Level:
    """Let so many listen, and count for `args.seconds`."""
    begin = time.monotonic() + 0.1
    since = begin + 2 * max(SETTLED_SECONDS, listeners / A_SECOND)
    until = since + args.seconds
    crowds.order(
        listeners,
        url=url,
        begin=begin,
        since=since,
        until=until,
        characters=args.characters,
        buffer=BUFFER_SECONDS,
    )
    server = Tree(pid) if pid else None
    time.sleep(max(0.0, since - time.monotonic()))
    spent, begun = server.cpu_seconds() if server else 0.0, time.monotonic()
    time.sleep(max(0.0, until - time.monotonic()))
    spent = server.cpu_seconds() - spent if server else 0.0
    cores, memory = spent / (time.monotonic() - begun), server.memory() if server else 0
    results = crowds.results()
    heard = [Tally(**result["heard"]) for result in results]
    refused: Counter[str] = Counter()
    for result in results:
        refused.update(result["refused"])
    return Level(
        listeners,
        sum(one.calls for one in heard),
        dict(refused),
        sorted(seconds for one in heard for seconds in one.first_audible),
        sum(one.frames for one in heard),
        sum(one.late for one in heard),
        max(one.worst for one in heard),
        cores,
        memory,
        max(result["cores"] for result in results),
    )


HEADER = (
    "listeners",
    "calls",
    "refused",
    "first audible p50, ms",
    "p95",
    "p99",
    "frames in time",
    "latest frame, ms",
    "server, cores",
    "server, MiB",
    "busiest crowd, cores",
)


def row(one: Level) -> tuple[str, ...]:
    """Of the table."""
    times = [
        f"{1000 * percentile(one.first_audible, share):.0f}" if one.first_audible else "-"
        for share in (0.5, 0.95, 0.99)
    ]
    return (
        f"{one.listeners:,}",
        f"{one.calls:,}",
        f"{sum(one.refused.values()):,}",
        *times,
        f"{100 * one.in_time:.3f} %" if one.late else "100 %",
        f"{1000 * one.worst:.0f}",
        f"{one.cores:.2f}",
        f"{one.memory / MIB:,.0f}",
        f"{one.crowd_cores:.2f}",
    )


def report(levels: Sequence[Level], folder: Path) -> None:
    """Write the table, the figures and the plot."""

    def plot(axes: "Axes") -> None:
        at = [one.listeners for one in levels if one.first_audible]
        for share, style in ((0.5, "o-"), (0.95, "s-"), (0.99, "^-")):
            seconds = [percentile(one.first_audible, share) for one in levels if one.first_audible]
            axes.plot(at, [1000 * value for value in seconds], style, label=f"p{100 * share:.0f}")
        axes.set_xlabel("listeners at once")
        axes.set_ylabel("first audible sample, ms")
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left")
        right = axes.twinx()
        late = [100 * (1 - one.in_time) for one in levels]
        right.plot([one.listeners for one in levels], late, "x--", color="C3")
        right.set_ylabel("frames late, %", color="C3")
        right.set_ylim(0, max(1.0, *late))

    note = f"Frames in time for a player that begins {1000 * BUFFER_SECONDS:.0f} ms after the first"
    rows = [row(one) for one in levels]
    markdown = f"{table(HEADER, rows)}\n\n{note}; negative: how early the latest frame was."
    write("load", markdown, {"levels": [asdict(one) for one in levels]}, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("--url", help="a running server (default: start one)")
    parser.add_argument("--pid", type=int, help="its process, to see what it takes")
    parser.add_argument("--listeners", type=int, nargs="+", default=LISTENERS)
    parser.add_argument("--seconds", type=float, default=30.0, help="for each number of listeners")
    parser.add_argument("--characters", type=int, default=200, help="of a call, about")
    parser.add_argument("--gateways", type=int, default=0, help="processes that hold the sockets")
    parser.add_argument("--engines", type=int, default=0, help="beside gateways; 0: one a GPU")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=0, help="of the CPU (default: two)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    most = max(args.listeners)
    overrides: dict[str, dict[str, Any]] = {
        "server": {"connections": 2 * most + 64},
        "session": {"sessions": 2 * most + 64},
        "engine": {
            "slots": most + most // 4 + 8,
            "gateways": args.gateways,
            "processes": args.engines,
            "device": args.device,
            "threads": args.threads,
        },
    }
    with nullcontext(None) if args.url else running(overrides=overrides) as server:
        url, pid = (args.url, args.pid) if server is None else (server.url, server.pid)
        print("\t".join(HEADER), flush=True)
        levels = []
        with Crowds(most) as crowds:
            for listeners in args.listeners:
                levels.append(one := level(crowds, url, pid, listeners, args))
                print("\t".join(row(one)), *one.refused, flush=True)
    report(levels, args.out)


if __name__ == "__main__":
    main()
