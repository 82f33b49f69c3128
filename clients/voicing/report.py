"""What fitted and by how much: a row for each cue, a summary, a table as CSV, a bar."""

import csv
import sys
from collections.abc import Iterable, Sequence
from math import inf
from typing import TextIO

from voicing.director import Placed, Policy
from voicing.stamps import clock

ON_TIME = 0.05
LITTLE = 0.005
HEADER = (
    *("line", "start", "end", "speaker", "voice"),
    *("natural_s", "room_s", "speed", "begins_s", "late_s", "spare_s", "outcome", "text"),
)
BAR = 30


def outcome(placed: Placed) -> str:
    """What became of a cue, in a few words."""
    told = []
    match placed.policy:
        case Policy.DROP:
            return "dropped"
        case Policy.SHIFT:
            told.append(f"shifted {placed.late:.2f} s")
        case Policy.OVERLAP:
            told.append("overlaps")
        case Policy.DUCK:
            told.append("ducks the other")
        case None if placed.late > ON_TIME:
            told.append(f"late {placed.late:.2f} s")
    if placed.spare < -LITTLE:
        told.append(f"too long by {-placed.spare:.2f} s")
    return ", ".join(told) or "fits"


def row(placed: Placed) -> str:
    """A line of the table."""
    cue = placed.cue
    spare = "" if cue.room == inf or placed.dropped else f"{placed.spare:+.2f}"
    return (
        f"{cue.line:5}  {clock(cue.start):>11}  {cue.speaker[:12]:<12}  {placed.voice:<16}"
        f"  {placed.natural:6.2f}  {placed.speed:5.2f}  {spare:>6}  {outcome(placed)}"
    )


TITLE = (
    f"{'line':>5}  {'start':>11}  {'speaker':<12}  {'voice':<16}"
    f"  {'length':>6}  {'speed':>5}  {'spare':>6}  outcome"
)


def summary(rows: Sequence[Placed]) -> str:
    """One line for all."""
    if not rows:
        return "no cue was spoken"
    spoken = [one for one in rows if not one.dropped]
    on_time = sum(one.late <= ON_TIME for one in spoken)
    told = [
        f"{len(spoken)} of {len(rows)} cues spoken",
        f"{on_time / len(rows):.1%} begin within {1000 * ON_TIME:.0f} ms of their time",
        f"{sum(one.faster for one in spoken)} spoken faster",
        f"{sum(one.spare < -LITTLE for one in spoken)} too long all the same",
    ]
    return ", ".join(told)


def write_table(path: str, rows: Iterable[Placed]) -> None:
    """The table as CSV. Raises OSError."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        for one in rows:
            cue = one.cue
            length = "" if cue.room == inf else f"{cue.room - cue.start:.3f}"
            end = "" if cue.end == inf else f"{cue.end:.3f}"
            spare = f"{one.spare:.3f}" if length else ""
            times = ("", "", "") if one.dropped else (f"{one.begin:.3f}", f"{one.late:.3f}", spare)
            about = (cue.line, f"{cue.start:.3f}", end, cue.speaker, one.voice)
            fitting = (f"{one.natural:.3f}", length, f"{one.speed:.3f}")
            table.writerow((*about, *fitting, *times, outcome(one), cue.text))


class Bar:
    """Progress, on a terminal: one line that is written again and again."""

    def __init__(self, total: float, out: TextIO = sys.stderr) -> None:
        """`total` is in seconds."""
        self._total = total
        self._out = out
        self._shown = ""

    def show(self, at: float) -> None:
        """So far."""
        if not self._out.isatty() or self._total <= 0:
            return
        share = min(1.0, at / self._total)
        filled = round(BAR * share)
        bar = f"[{'#' * filled}{'.' * (BAR - filled)}] {clock(at)[:-4]} {share:4.0%}"
        if bar != self._shown:
            self._out.write(f"\r{bar}")
            self._out.flush()
            self._shown = bar

    def clear(self) -> None:
        """Make room for other lines."""
        if self._shown:
            self._out.write(f"\r{' ' * len(self._shown)}\r")
            self._out.flush()
            self._shown = ""

    def above(self, line: str) -> None:
        """Print a line to stdout where the bar was; the bar is shown again when it moves."""
        self.clear()
        print(line, flush=True)
