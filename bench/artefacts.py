"""What should not be heard: `python -m bench.artefacts FOLDER [--against FOLDER]`

Of each voice in a folder of recordings (bench/recordings.py), all its recordings together:

* LUFS: loudness by ITU-R BS.1770-4. Every voice is meant to have -23.
* peak: the loudest sample; dBTP: between the samples too, by four times as many.
* bent: per cent of the samples that lie over the knee of the engine's ceiling.
* clicks a minute: places that bend far more sharply than what is before and after (bench/sound.py).
* buzz: how periodic the hiss of voiced fricatives is, and in how many windows of 10 ms.
* floor: the level of pauses, in the middle of all of them.

`--against` adds the teacher's own, whose clicks and buzz are those of speech.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.recordings import voice_of
from bench.report import OUT, table, write
from bench.sound import (
    NOTHING_DB,
    Samples,
    audible,
    clicks,
    decibels,
    hiss,
    levels,
    loudness,
    pauses,
    read,
)
from vvstream.audio import SAMPLE_RATE
from vvstream.engine.level import KNEE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class Faults:
    """Of one voice in one folder. Levels in dB of full scale, `bent` in per cent."""

    folder: str
    voice: str
    loudness: float
    peak: float
    true_peak: float
    bent: float
    clicks: float
    buzz: float
    fricatives: int
    floor: float


def true_peak(samples: Samples) -> float:
    """The largest amplitude between the samples too."""
    from scipy.signal import resample_poly

    return float(np.abs(resample_poly(samples, 4, 1)).max()) if samples.size else 0.0


def faults(folder: str, voice: str, takes: Sequence[Samples]) -> Faults:
    """`takes`: the recordings of the voice, of which there is one at least."""
    whole = np.concatenate(takes)
    hisses = [hiss(one) for one in takes]
    windows = sum(one.windows for one in hisses)
    quiet = [levels(audible(one))[run] for one in takes for run in pauses(one)]
    return Faults(
        folder=folder,
        voice=voice,
        loudness=loudness(whole),
        peak=decibels(float(np.abs(whole).max())),
        true_peak=decibels(max(true_peak(one) for one in takes)),
        bent=100 * float((np.abs(whole) > KNEE).mean()),
        clicks=60 * sum(clicks(one) for one in takes) / (whole.size / SAMPLE_RATE),
        buzz=sum(one.windows * one.periodic for one in hisses) / max(1, windows),
        fricatives=windows,
        floor=float(np.median(np.concatenate(quiet))) if quiet else NOTHING_DB,
    )


def measure(folder: Path) -> list[Faults]:
    """One for each voice in a folder."""
    voices: dict[str, list[Samples]] = {}
    for path in sorted(folder.glob("*_*.wav")):
        voices.setdefault(voice_of(path)[0], []).append(read(path))
    return [faults(str(folder), voice, takes) for voice, takes in sorted(voices.items())]


def report(found: Sequence[Faults], name: str, folder: Path) -> None:
    """Write the table, the figures and the plot."""
    heads = ("folder", "voice", "LUFS", "peak, dBFS", "dBTP", "bent, %", "clicks a minute", "buzz",
             "in windows", "floor, dBFS")  # fmt: skip
    rows = [
        (f.folder, f.voice, f"{f.loudness:.1f}", f"{f.peak:.1f}", f"{f.true_peak:.1f}",
         f"{f.bent:.3f}", f"{f.clicks:.1f}", f"{f.buzz:.2f}", f.fricatives, f"{f.floor:.0f}")
        for f in found
    ]  # fmt: skip

    def plot(axes: Axes) -> None:
        voices = sorted({f.voice for f in found})
        for where in dict.fromkeys(f.folder for f in found):
            own = {f.voice: f for f in found if f.folder == where}
            for label, value in (
                ("LUFS", {v: f.loudness for v, f in own.items()}),
                ("peak, dBFS", {v: f.peak for v, f in own.items()}),
            ):
                heights = [value.get(voice, np.nan) for voice in voices]
                axes.plot(heights, "o", label=f"{where}: {label}")
        axes.set_xticks(range(len(voices)), voices, rotation=60, ha="right", fontsize=8)
        axes.legend()

    write(name, table(heads, rows), {"faults": [asdict(f) for f in found]}, plot, folder)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="bench.artefacts", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--name", default="artefacts", help="of the files written to --out")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: %(default)s)")
    args = parser.parse_args(argv)
    folders = [*args.folders, *([args.against] if args.against else [])]
    report([one for folder in folders for one in measure(folder)], args.name, args.out)


if __name__ == "__main__":
    main()
