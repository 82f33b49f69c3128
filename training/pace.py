"""Make all voices speak as fast as their teachers: `python -m training.pace WEIGHTS OURS TEACHERS`.

    python -m bench.recordings sentences.json ours
    python -m bench.teacher sentences.json teachers --teacher build/teacher
    python -m training.pace vvstream/weights/en.safetensors ours teachers

The teacher sees the whole utterance, and speaks short ones more slowly than long ones. A student
that hears the text as it comes cannot know, and takes the middle: sentences by themselves come too
fast. This compares recordings of the same sentences, from where speech begins to where it ends, and
writes into the header of the weights at what speed each voice is as fast as its teacher's. A pace
that is there already was heard in the recordings, so doing it again corrects what is left.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from bench.recordings import recorded
from bench.sound import read, spoken
from vvstream.streaming.weights import amend_header, read_header

MOST: Final = 1.3  # a voice that is further away is broken


def keep_up(weights: Path, ours: Path, teachers: Path) -> dict[str, float]:
    """The pace of each voice, now written into the header.

    Raises:
        FileNotFoundError: no sentence of a voice is in both folders.
        ValueError: a voice is so slow or so fast that something else must be wrong.
        ConfigError: not a weights file.
    """
    header = read_header(weights)
    names = [voice["name"] for voice in header["voices"]]
    before = header.get("paces") or [1.0] * len(names)
    paces = {}
    for name, pace in zip(names, before, strict=True):
        own = {path.name: path for path in recorded(ours, name)}
        pairs = [(own[path.name], path) for path in recorded(teachers, name) if path.name in own]
        if not pairs:
            raise FileNotFoundError(f"{name}: no sentence is in {ours} and in {teachers}")
        lasting = sum(spoken(read(path)).size for path, _ in pairs)
        wanted = sum(spoken(read(path)).size for _, path in pairs)
        paces[name] = round(pace * lasting / wanted, 3)
        if not 1 / MOST < paces[name] < MOST:
            raise ValueError(f"{name} takes {lasting / wanted:.2f} of its teacher's time")
    amend_header(weights, paces=list(paces.values()))
    return paces


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("weights", type=Path, help="LANGUAGE.safetensors")
    parser.add_argument("ours", type=Path, help="folder of recordings")
    parser.add_argument("teachers", type=Path, help="folder of recordings")
    arguments = parser.parse_args()
    for name, pace in keep_up(arguments.weights, arguments.ours, arguments.teachers).items():
        print(f"{name:24} {pace:.3f}")


if __name__ == "__main__":
    main()
