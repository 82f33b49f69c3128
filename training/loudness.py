"""Make all voices of a language equally loud: `python -m training.loudness WEIGHTS RECORDINGS`.

    python -m training.export build/checkpoints vvstream/weights
    python -m bench.recordings bench/sentences/en.json recordings --first 12
    python -m training.loudness vvstream/weights/en.safetensors recordings

Measures each voice on what the server read with these weights, all its recordings together
(ITU-R BS.1770-4), and writes into their header by how many dB the engine is to raise it. A gain
that is there already was heard in the recordings, so doing it again corrects what is left.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np

from bench.recordings import recorded
from bench.sound import loudness, read
from vvstream.streaming.weights import amend_header, read_header

TARGET: Final = -23.0  # LUFS
MOST: Final = 12.0  # dB; a voice that needs more is broken


def level(weights: Path, recordings: Path) -> dict[str, float]:
    """The gain of each voice, in dB, now written into the header.

    Raises:
        FileNotFoundError: a voice has no recordings.
        ValueError: a voice is so quiet or so loud that something else must be wrong.
        ConfigError: not a weights file.
    """
    header = read_header(weights)
    names = [voice["name"] for voice in header["voices"]]
    before = header.get("gains_db") or [0.0] * len(names)
    gains = {}
    for name, gain in zip(names, before, strict=True):
        paths = recorded(recordings, name)
        if not paths:
            raise FileNotFoundError(f"{recordings}: no recordings of {name}")
        found = loudness(np.concatenate([read(path) for path in paths]))
        gains[name] = round(gain + TARGET - found, 1)
        if abs(gains[name]) > MOST:
            raise ValueError(f"{name} has {found:.1f} LUFS: that is no matter of loudness")
    amend_header(weights, gains_db=list(gains.values()))
    return gains


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("weights", type=Path, help="LANGUAGE.safetensors")
    parser.add_argument("recordings", type=Path)
    arguments = parser.parse_args()
    for name, gain in level(arguments.weights, arguments.recordings).items():
        print(f"{name:24} {gain:+.1f} dB")


if __name__ == "__main__":
    main()
