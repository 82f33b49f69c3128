"""Does a voice wander? `python -m bench.drift --minutes 60`

One session speaks for so long, its text sent in small pieces. Of each minute: loudness, and the
median and the spread of the pitch. A line through the minutes says how far each would move in an
hour; the sentences of a minute differ, so what minutes differ by is told beside it.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.chapters import record
from bench.recordings import PATIENT, VOICES
from bench.report import OUT, table, write
from bench.server import running
from bench.sound import Samples, loudness, melody
from bench.texts import text_of
from vvstream.audio import PCM_PEAK, SAMPLE_RATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTERS: Final = 18.0  # of text, a second of speech: more than any voice says


@dataclass(frozen=True, slots=True)
class Minute:
    """LUFS, Hz, semitones."""

    loudness: float
    pitch: float
    spread: float


@dataclass(frozen=True, slots=True)
class Trend:
    """How far a line through the minutes moves in an hour, and what minutes differ by (standard
    deviation around the line).
    """

    an_hour: float
    around: float


def minutes(samples: Samples, length: float = 60.0) -> list[Minute]:
    """Of each whole stretch of `length` seconds."""
    size = int(length * SAMPLE_RATE)
    parts = samples[: samples.size // size * size].reshape(-1, size)
    found = []
    for part in parts:
        tune = melody([part])
        found.append(Minute(loudness(part), tune.pitch, tune.spread))
    return found


def trend(values: Sequence[float], length: float = 60.0) -> Trend:
    """Least squares; `length` in seconds of what each value is of."""
    if len(values) < 2:
        return Trend(0.0, 0.0)
    hours = np.arange(len(values)) * length / 3600
    line = np.polyfit(hours, np.array(values), 1)
    return Trend(float(line[0]), float(np.std(np.array(values) - np.polyval(line, hours))))


def report(found: Sequence[Minute], folder: Path) -> None:
    """Write the table, the figures and the plot."""
    middle = float(np.median([one.pitch for one in found]))
    columns = {
        "loudness, LU": [one.loudness for one in found],
        "pitch, semitones": [12 * float(np.log2(one.pitch / middle)) for one in found],
        "spread of pitch, semitones": [one.spread for one in found],
    }
    rows = []
    for name, values in columns.items():
        line = trend(values)
        first, last = values[: len(values) // 2], values[(len(values) + 1) // 2 :]
        moved = float(np.mean(last) - np.mean(first)) if first else 0.0
        rows.append((name, len(values), f"{line.an_hour:+.2f}", f"{line.around:.2f}",
                     f"{moved:+.2f}"))  # fmt: skip
    heads = ("", "minutes", "in an hour", "minutes differ by", "second half against first")

    def plot(axes: Axes) -> None:
        for name, values in columns.items():
            axes.plot(np.arange(len(values)), np.array(values) - np.mean(values), label=name)
        axes.set_xlabel("minute")
        axes.set_ylabel("from the mean")
        axes.legend()

    write("drift", table(heads, rows), {"minutes": [asdict(m) for m in found]}, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.drift", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--voice", default=VOICES[0])
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    text = text_of(int(args.minutes * 60 * LETTERS))
    with running(overrides=PATIENT) as server:
        sound, _ = asyncio.run(record(server.url, text, args.voice, seed=0))
    samples = np.frombuffer(sound, "<i2") / PCM_PEAK
    report(minutes(samples), args.out)


if __name__ == "__main__":
    main()
