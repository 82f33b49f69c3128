"""Have the teacher read sentences to a folder that `bench.quality` judges.

    python -m bench.teacher SENTENCES.json FOLDER --teacher build/teacher --voices af_heart am_eric

Files are named as `bench.recordings` names those of the student's voice that learned from it, so
that the two folders can be laid side by side. The text is read by the front end that the corpus was
read with, style and silence at both ends are those of the corpus: so the student is compared with
what it was taught. What is there is not read again. Needs the extra `train`, for Japanese and
Mandarin also `ja` and `zh`, and `training.teacher_pack`'s folder.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from bench.recordings import LANGUAGE, path_of, sentences_of, write
from training.export import voice_info
from training.features import LAST_UNITS, opening_units
from training.phonemize import English, Native, phonemes_of
from training.resample import to_16k
from vvstream.options import Accent

if TYPE_CHECKING:
    from training.teacher import Speech

ROW: Final = 100
"""Of the styles, for every utterance: that of the corpus."""
READERS: Final[Mapping[Accent, English | Native]] = {
    "en-US": "en-US",
    "en-GB": "en-GB",
    "ja-JP": "ja",
    "zh-CN": "zh",
}
"""The front end of each accent, as `training.phonemize` calls it."""
UNIT: Final = 400
"""Samples of 16 kHz in one of the teacher's units of duration."""


def sound(speech: Speech) -> bytes:
    """s16le at 16 kHz, with as much silence at both ends as the corpus keeps."""
    units = speech.units.tolist()
    whole = (to_16k(speech.audio).clamp(-1, 1) * 32767).round().cpu().numpy().astype(np.int16)
    first = (units[0] - opening_units(whole, units[0])) * UNIT
    end = (sum(units) - max(0, units[-1] - LAST_UNITS)) * UNIT
    return whole[first:end].tobytes()


def voices_of(pack: Path, language: str) -> list[str]:
    """The teacher's voices of a language."""
    from training.teacher import load_styles

    return sorted(name for name in load_styles(pack) if voice_info(name).language == language)


def read_out(folder: Path, pack: Path, voices: Sequence[str], sentences: Sequence[str]) -> int:
    """Record every sentence in every voice; how many were not there yet.

    Raises:
        ValueError: a voice speaks another language than the one before it.
        KeyError: the pack has no such voice.
    """
    from tqdm import tqdm

    from training.teacher import load_styles, load_teacher

    named = {name: voice_info(name) for name in voices}
    if len({voice.language for voice in named.values()}) > 1:
        raise ValueError(f"voices of one language are expected, got {', '.join(voices)}")
    missing = [
        (name, number, text)
        for name, voice in named.items()
        for number, text in enumerate(sentences)
        if not path_of(folder, voice.name, number).with_suffix(".json").exists()
    ]
    if not missing:
        return 0
    torch.set_num_threads(1)
    teacher, styles = load_teacher(pack), load_styles(pack)
    for name, number, text in tqdm(missing, unit="sentence", file=sys.stderr):
        voice = named[name]
        ids = teacher.encode(phonemes_of(READERS[voice.accent], text))
        torch.manual_seed(number)  # the source's noise, whatever came before
        speech = teacher(ids, styles[name][ROW])
        write(folder, voice.name, number, text, sound(speech))
    return len(missing)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--voices", nargs="+", help="the teacher's; without: all of the language")
    parser.add_argument("--language", default=LANGUAGE, help="of the sentences and the voices")
    parser.add_argument("--first", type=int, help="only so many of the sentences")
    arguments = parser.parse_args()
    sentences = sentences_of(arguments.sentences, arguments.language)[: arguments.first]
    voices = arguments.voices or voices_of(arguments.teacher, arguments.language)
    made = read_out(arguments.folder, arguments.teacher, voices, sentences)
    print(json.dumps({"read": made, "folder": str(arguments.folder)}))


if __name__ == "__main__":
    main()
