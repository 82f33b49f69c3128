"""Go on from the weights that ship: python -m training.restore vvstream/weights build/checkpoints.

The inverse of training.export; only the critics are not in the package, and begin anew.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training.export import ACCENTS, GENDERS
from training.schedule import save
from vvstream.options import VoiceInfo
from vvstream.streaming.weights import read_header, read_weights


def teacher_name(voice: VoiceInfo) -> str:
    """en-Heart_woman, American -> the teacher's af_heart."""
    accent = next(letter for letter, accent in ACCENTS.items() if accent == voice.accent)
    gender = next(letter for letter, gender in GENDERS.items() if gender == voice.gender)
    return f"{accent}{gender}_{voice.name.partition('-')[2].rpartition('_')[0].lower()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("checkpoints", type=Path, help="gets vocoder.pt and LANGUAGE/acoustic.pt")
    arguments = parser.parse_args()
    for file in sorted(arguments.weights.glob("*.safetensors")):
        header = read_header(file)
        common = {"sizes": header["sizes"], "step": header["steps"]}
        if file.stem == "vocoder":
            arguments.checkpoints.mkdir(parents=True, exist_ok=True)
            save(arguments.checkpoints / "vocoder.pt", {"vocoder": read_weights(file), **common})
            continue
        folder = arguments.checkpoints / file.stem
        folder.mkdir(parents=True, exist_ok=True)
        voices = [teacher_name(VoiceInfo(**voice)) for voice in header["voices"]]
        save(folder / "acoustic.pt", {"model": read_weights(file), "voices": voices, **common})


if __name__ == "__main__":
    main()
