"""Sentences at several speeds, for `bench.quality`: what a listener still understands.

    python -m bench.speed SENTENCES.json FOLDER --voices en-Heart_woman
    python -m bench.quality FOLDER/0.70 FOLDER/1.00 FOLDER/1.50

FOLDER gets one folder a speed, with recordings as `bench.recordings` makes them. Printed are the
seconds of sound and how much of it is silence, which tells how pauses follow the speed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.recordings import LANGUAGE, VOICES, read_out
from bench.report import table
from bench.server import running

SPEEDS: Final = (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 2.0)
WINDOW: Final = 160  # samples: 10 ms
SILENT: Final = 10 ** (-50 / 20)  # of full scale, RMS of a window


def silent_share(samples: npt.NDArray[np.float32]) -> float:
    """How much of the sound, in -1 ... 1, lies below -50 dBFS; in windows of 10 ms."""
    whole = samples[: samples.size // WINDOW * WINDOW].reshape(-1, WINDOW)
    if not len(whole):
        return 0.0
    return float((np.sqrt(np.square(whole).mean(1)) < SILENT).mean())


def read(folder: Path) -> npt.NDArray[np.float32]:
    """All recordings of a folder, one after the other."""
    parts = [np.zeros(0, np.float32)]
    for path in sorted(folder.glob("*.wav")):
        with wave.open(str(path)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        parts.append((pcm / 32768).astype(np.float32))
    return np.concatenate(parts)


def report(folders: Sequence[Path]) -> str:
    """The table in Markdown."""
    rows = []
    for folder in folders:
        samples = read(folder)
        share = 100 * silent_share(samples)
        rows.append((folder.name, f"{samples.size / 16_000:.1f}", f"{share:.1f}"))
    return table(("speed", "seconds", "silence, %"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--voices", nargs="+", default=VOICES)
    parser.add_argument("--speeds", nargs="+", type=float, default=SPEEDS)
    arguments = parser.parse_args()
    content = json.loads(arguments.sentences.read_text(encoding="utf-8"))
    sentences = content[LANGUAGE] if isinstance(content, dict) else content
    folders = [arguments.folder / f"{speed:.2f}" for speed in arguments.speeds]
    with running() as server:
        for speed, folder in zip(arguments.speeds, folders, strict=True):
            folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(read_out(server.url, sentences, arguments.voices, folder, speed))
    print(report(folders))


if __name__ == "__main__":
    main()
