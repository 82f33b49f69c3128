"""How many can listen? `python -m bench.load` writes bench/out/load.{md,json,png}.

Real listeners over real sockets: each calls, plays in real time what comes, and calls again. For
each number of them: how soon the first audible sample came, which share of the frames was there
when it was to be played, and what the server took of the machine. The listeners are processes of
their own, of about so many each as a core can play.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.crowd import Call, Orders
from bench.listener import percentile
from bench.processes import Tree
from bench.report import OUT, table, write
from bench.server import running

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LISTENERS = (1, 4, 8, 16, 24, 32)
A_PROCESS = 250  # listeners that one process can play
BUFFER_SECONDS = 0.1
SETTLED_SECONDS = 3.0  # calls begun before are not counted: the others had not come yet
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Level:
    """So many listeners at once."""

    listeners: int
    calls: int
    refused: int
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

    @property
    def in_time(self) -> float:
        """The share of frames that was there when it was to be played."""
        return 1 - self.late / max(1, self.frames)


def level(url: str, pid: int | None, listeners: int, args: argparse.Namespace) -> Level:
    """Let so many listen for `args.seconds`."""
    processes = -(-listeners // A_PROCESS)
    shares = [listeners // processes + (n < listeners % processes) for n in range(processes)]
    crowds = []
    for number, share in enumerate(shares):
        orders = Orders(
            url, sum(shares[:number]), share, args.seconds, args.characters, BUFFER_SECONDS
        )
        crowd = subprocess.Popen(
            [sys.executable, "-m", "bench.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        assert crowd.stdin is not None
        crowd.stdin.write(json.dumps(asdict(orders)) + "\n")
        crowd.stdin.close()
        crowds.append(crowd)
    begun = time.monotonic()
    server = Tree(pid) if pid else None
    spent = server.cpu_seconds() if server else 0.0
    results = [_result(crowd) for crowd in crowds]
    spent = server.cpu_seconds() - spent if server else 0.0
    calls = [Call(**one) for result in results for one in result["calls"]]
    settled = min((call.begun for call in calls), default=begun) + SETTLED_SECONDS
    counted = [call for call in calls if call.begun >= settled] or calls
    return Level(
        listeners,
        len(counted),
        sum(len(result["refused"]) for result in results),
        sorted(call.first_audible for call in counted if call.first_audible is not None),
        sum(call.frames for call in counted),
        sum(call.late for call in counted),
        max((call.worst for call in counted), default=0.0),
        spent / (time.monotonic() - begun),
        server.memory() if server else 0,
    )


def _result(crowd: "subprocess.Popen[str]") -> dict[str, Any]:
    assert crowd.stdout is not None
    with crowd.stdout as lines:
        line = lines.readline()
    if crowd.wait():
        raise SystemExit(f"the listeners stopped with status {crowd.returncode}")
    result: dict[str, Any] = json.loads(line)
    return result


def report(levels: Sequence[Level], folder: Path) -> None:
    """Write the table, the figures and the plot."""
    rows = []
    for one in levels:
        times = [
            f"{1000 * percentile(one.first_audible, share):.0f}" if one.first_audible else "-"
            for share in (0.5, 0.95, 0.99)
        ]
        in_time = f"{100 * one.in_time:.3f} %" if one.late else "100 %"
        worst, memory = f"{1000 * one.worst:.0f}", f"{one.memory / MIB:,.0f}"
        cells = (one.calls, one.refused, *times, in_time, worst, f"{one.cores:.2f}", memory)
        rows.append((f"{one.listeners:,}", *cells))
    header = (
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
    )

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
    markdown = f"{table(header, rows)}\n\n{note}; negative: how early the latest frame was."
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
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=1, help="of the models, on a CPU")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    most = max(args.listeners)
    overrides: dict[str, dict[str, Any]] = {
        "server": {"connections": 2 * most + 64},
        "session": {"sessions": 2 * most + 64},
        "engine": {
            "slots": most + most // 4 + 8,
            "gateways": args.gateways,
            "device": args.device,
            "threads": args.threads,
        },
    }
    with nullcontext(None) if args.url else running(overrides=overrides) as server:
        url, pid = (args.url, args.pid) if server is None else (server.url, server.pid)
        levels = [level(url, pid, listeners, args) for listeners in args.listeners]
    report(levels, args.out)


if __name__ == "__main__":
    main()
