"""How soon is something heard? `python -m bench.latency` writes bench/out/latency.{md,json,png}.

Each call is a new WebSocket over loopback; the clock runs from before the connection is made to the
first audible sample as a player would sound it; then the call is hung up, and the server given a
moment to notice, so that each call finds it idle. The lengths take turns, so that whatever else the
machine does falls on all of them alike.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bench.listener import Query, audible, call, first_audible, percentile
from bench.report import OUT, table, write
from bench.server import running
from bench.texts import text_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LENGTHS = (10, 100, 1_000, 5_000)
WARM_UP = 3  # calls of each length that are not counted
PAUSE = 0.15  # seconds between calls: the engine may be in the middle of what was hung up


async def measure(
    url: str, lengths: Sequence[int], calls: int, query: Query
) -> dict[int, list[float]]:
    """Seconds to the first audible sample, for each length, in the order of the calls."""
    seconds: dict[int, list[float]] = {length: [] for length in lengths}
    for number in range(WARM_UP + calls):
        for length in lengths:
            heard = await call(url, text_of(length, seed=number), query, enough=audible)
            await asyncio.sleep(PAUSE)
            sounded = first_audible(heard)
            if sounded is None:
                raise SystemExit(f"a text of {length} characters was answered with silence")
            if number >= WARM_UP:
                seconds[length].append(sounded)
    return seconds


def report(seconds: dict[int, list[float]], folder: Path) -> None:
    """Write the table, the figures and the plot."""
    rows = [
        (f"{length:,}", len(values), *(f"{1000 * value:.1f}" for value in _figures(values)))
        for length, values in seconds.items()
    ]
    medians = [percentile(values, 0.5) for values in seconds.values()]
    slower = medians[-1] / medians[0] - 1
    markdown = (
        table(("characters", "calls", "p50, ms", "p99, ms", "worst, ms"), rows)
        + f"\n\nThe longest text against the shortest, p50: {slower:+.1%}."
    )

    def plot(axes: "Axes") -> None:
        for length, values in seconds.items():
            ordered = [1000 * value for value in sorted(values)]
            share = [100 * (rank + 1) / len(ordered) for rank in range(len(ordered))]
            axes.step(ordered, share, where="post", label=f"{length:,} characters")
        axes.set_xlabel("first audible sample, ms after the call")
        axes.set_ylabel("% of calls")
        axes.legend()

    figures = {
        "seconds": {str(length): values for length, values in seconds.items()},
        "longest_against_shortest": slower,
    }
    write("latency", markdown, figures, plot, folder)


def _figures(values: Sequence[float]) -> tuple[float, float, float]:
    return percentile(values, 0.5), percentile(values, 0.99), max(values)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.latency", description=__doc__)
    parser.add_argument("--url", help="a running server (default: start one)")
    parser.add_argument("--calls", type=int, default=200, help="of each length (default: 200)")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="in characters")
    parser.add_argument("--voice", help="default: the server's")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    query = {"voice": args.voice} if args.voice else {}
    with nullcontext(args.url) if args.url else running() as server:
        url = server if isinstance(server, str) else server.url
        seconds = asyncio.run(measure(url, args.lengths, args.calls, query))
    report(seconds, args.out)


if __name__ == "__main__":
    main()
