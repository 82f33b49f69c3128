"""What an option of speech changes, and what it costs.

    python -m bench.knobs steps SENTENCES.json FOLDER --voices en-Heart_woman
    python -m bench.knobs cfg SENTENCES.json FOLDER
    python -m bench.knobs speed SENTENCES.json FOLDER --values 0.7 1 1.5

FOLDER gets one folder a value, with recordings as `bench.recordings` makes them; what is there is
not read again. For each value: CPU seconds of the server for a second of sound; the sound's length;
pauses, how long and how large a part; pitch, its spread and the level's (bench/sound.py). With
`--judge` (extra `eval`) also what `bench.quality` says. Pitch, spread and swing are measured voice
by voice and averaged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.recordings import LANGUAGE, PATIENT, VOICES, read_out, recorded, sentences_of
from bench.report import OUT, table, write
from bench.server import Server, running
from bench.sound import BLOCK, Samples, audible, melody, pauses, read
from vvstream.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VALUES: Final[Mapping[str, tuple[float, ...]]] = {
    "steps": (1, 2, 3, 4, 5, 6, 8, 10),
    "cfg": (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0),
    "speed": (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 2.0),
}
COST: Final = "cost.json"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the option. Milliseconds of a pause, the share of pauses in per cent."""

    value: float
    cpu: float
    seconds: float
    pause: float
    paused: float
    pitch: float
    spread: float
    swing: float
    error: float | None = None
    distill_mos: float | None = None


def folder_of(folder: Path, value: float) -> Path:
    """Where the recordings at a value lie."""
    return folder / f"{value:05.2f}"


def record(
    server: Server, knob: str, value: float, folder: Path, voices: Sequence[str], texts: list[str]
) -> None:
    """Read the texts with the option at `value`, and note the CPU time that it took."""
    at = folder_of(folder, value)
    if (at / COST).exists():
        return
    before = server.cpu_seconds()
    asked = {knob: int(value) if knob == "steps" else value}
    asyncio.run(read_out(server.url, texts, voices, at, asked))
    spent = server.cpu_seconds() - before
    (at / COST).write_text(json.dumps({"cpu_seconds": spent}), encoding="utf-8")


def measure(folder: Path, value: float, voices: Sequence[str]) -> Point:
    """What the recordings at a value sound like. Raises OSError: there are none."""
    at = folder_of(folder, value)
    takes = {voice: [read(path) for path in recorded(at, voice)] for voice in voices}
    sounds: list[Samples] = [audible(one) for own in takes.values() for one in own]
    seconds = sum(one.size for one in sounds) / SAMPLE_RATE
    silent = [run.stop - run.start for one in sounds for run in pauses(one)]
    block = BLOCK / SAMPLE_RATE
    tunes = [melody(own) for own in takes.values()]
    spent = json.loads((at / COST).read_text(encoding="utf-8"))["cpu_seconds"]
    return Point(
        value=value,
        cpu=spent / max(1e-9, seconds),
        seconds=seconds,
        pause=1000 * block * float(np.median(silent)) if silent else 0.0,
        paused=100 * block * sum(silent) / max(1e-9, seconds),
        pitch=float(np.mean([tune.pitch for tune in tunes])),
        spread=float(np.mean([tune.spread for tune in tunes])),
        swing=float(np.mean([tune.swing for tune in tunes])),
    )


def judged(point: Point, folder: Path, processes: int) -> Point:
    """The same with what the judges say, over all voices."""
    from bench.quality import recordings

    found = recordings(folder_of(folder, point.value), processes, quick=True)
    wanted = sum(len(one.wanted) for one in found)
    return replace(
        point,
        error=100 * sum(one.errors for one in found) / max(1, wanted),
        distill_mos=float(np.mean([one.distill_mos for one in found])),
    )


def report(knob: str, points: Sequence[Point], folder: Path) -> None:
    """Write the table, the figures and the plot."""
    heads = (knob, "CPU s/s", "seconds", "pause, ms", "pauses, %", "pitch, Hz", "spread, semitones",
             "swing, dB", "error, %", "Distill-MOS")  # fmt: skip
    rows = [
        (f"{p.value:g}", f"{p.cpu:.3f}", f"{p.seconds:.1f}", f"{p.pause:.0f}", f"{p.paused:.1f}",
         f"{p.pitch:.0f}", f"{p.spread:.2f}", f"{p.swing:.2f}", _shown(p.error),
         _shown(p.distill_mos))
        for p in points
    ]  # fmt: skip

    def plot(axes: Axes) -> None:
        values = [p.value for p in points]
        for name in ("cpu", "seconds", "pitch", "spread", "swing", "distill_mos"):
            found = [getattr(p, name) for p in points]
            if None in found or not max(found):
                continue
            axes.plot(values, np.array(found) / max(found), "o-", label=name)
        axes.set_xlabel(knob)
        axes.set_ylabel("part of the largest")
        axes.legend()

    write(knob, table(heads, rows), {"points": [asdict(p) for p in points]}, plot, folder)


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.knobs", description=__doc__)
    parser.add_argument("knob", choices=sorted(VALUES))
    parser.add_argument("sentences", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--values", nargs="+", type=float)
    parser.add_argument("--first", type=int, help="only so many of the sentences")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--processes", type=int, default=2, help="of the judges")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    values = args.values or VALUES[args.knob]
    texts = sentences_of(args.sentences, LANGUAGE)[: args.first]
    if not all((folder_of(args.folder, value) / COST).exists() for value in values):
        with running(overrides=PATIENT) as server:
            for value in values:
                record(server, args.knob, value, args.folder, args.voices, texts)
    points = [measure(args.folder, value, args.voices) for value in values]
    if args.judge:
        points = [judged(point, args.folder, args.processes) for point in points]
    report(args.knob, points, args.out)


if __name__ == "__main__":
    main()
