"""Turn checkpoints into the weights that ship: python -m training.export OUT vvstream/weights."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

import torch

from vvstream.options import Accent, VoiceInfo
from vvstream.streaming.weights import save_weights

GENDERS = {"f": "woman", "m": "man"}
ACCENTS: Final[Mapping[str, Accent]] = {"a": "en-US", "b": "en-GB", "j": "ja-JP", "z": "zh-CN"}
PREFIXES: Final = {"ja": "jp"}  # of voices, where it is not the language


def voice_info(teacher: str) -> VoiceInfo:
    """The teacher's af_heart -> en-Heart_woman, American; its bf_emma is British."""
    kind, name = teacher.split("_")
    accent, gender = ACCENTS[kind[0]], GENDERS[kind[1]]
    language = accent.partition("-")[0]
    prefix = PREFIXES.get(language, language)
    return VoiceInfo(f"{prefix}-{name.title()}_{gender}", language, gender, accent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", type=Path, help="vocoder.pt and LANGUAGE/acoustic.pt")
    parser.add_argument("weights", type=Path)
    arguments = parser.parse_args()
    arguments.weights.mkdir(parents=True, exist_ok=True)
    for checkpoint in sorted(arguments.checkpoints.glob("*/acoustic.pt")):
        acoustic = torch.load(checkpoint, map_location="cpu")
        voices = [asdict(voice_info(name)) for name in acoustic["voices"]]
        save_weights(
            arguments.weights / f"{checkpoint.parent.name}.safetensors",
            acoustic["model"],
            {"sizes": acoustic["sizes"], "voices": voices, "steps": acoustic["step"]},
        )
    vocoder = torch.load(arguments.checkpoints / "vocoder.pt", map_location="cpu")
    save_weights(
        arguments.weights / "vocoder.safetensors",
        vocoder["vocoder"],
        {"sizes": vocoder["sizes"], "steps": vocoder["step"]},
    )


if __name__ == "__main__":
    main()
