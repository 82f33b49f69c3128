"""How well Whisper-base understands recordings in Japanese or Mandarin.

    python -m bench.cer FOLDER --language ja [--against TEACHERS_FOLDER]

FOLDER holds NAME.wav and, beside each, NAME.json with its text, as `bench.recordings` writes them.
What was said and what was heard are both read by the front end, without tones, stress and marks,
and compared sound by sound: 3 and its characters, old and new characters are the same then, and a
wrong reading is not hidden by a right character. `--against` adds the difference to others.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from vvstream.languages import load_languages
from vvstream.visemes import VISEMES

_UNHEARD: Final = frozenset("ʔ")
"""Sounds that spelling drops and writers do not miss."""


@cache
def reader(language: str) -> Callable[[str], str]:
    """A function from text to its sounds alone."""
    loaded = load_languages({language: None})[language]

    def sounds(text: str) -> str:
        front_end = loaded.front_end()
        words = [*front_end.push(text), *front_end.finish()]
        return "".join(c for w in words for c in w.phonemes if c in VISEMES and c not in _UNHEARD)

    return sounds


def edits(said: str, heard: str) -> int:
    """Levenshtein's distance: sounds to insert, drop or replace."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
    return row[-1]


def rate(pairs: Sequence[tuple[str, str]], language: str) -> float:
    """Per cent of the sounds of (text, what was heard) that are wrong."""
    sounds = reader(language)
    read = [(sounds(text), sounds(heard)) for text, heard in pairs]
    return 100 * sum(edits(a, b) for a, b in read) / max(1, sum(len(a) for a, _ in read))


def _heard(folder: Path, language: str, threads: int) -> list[tuple[str, str]]:
    from faster_whisper import WhisperModel

    from bench.quality import _whisper_folder

    whisper = WhisperModel(
        str(_whisper_folder()), device="cpu", compute_type="int8", cpu_threads=threads
    )
    pairs: list[tuple[str, str]] = []
    for wav in sorted(folder.glob("*.wav")):
        text = json.loads(wav.with_suffix(".json").read_text("utf-8"))["text"]
        segments, _ = whisper.transcribe(
            str(wav),
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        heard = "".join(segment.text for segment in segments)
        print(f"{wav.name}  {text}  |  {heard.strip()}")
        pairs.append((text, heard))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("ja", "zh"), required=True)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    found = rate(_heard(options.folder, options.language, options.threads), options.language)
    print(f"{options.folder}: CER {found:.2f} %")
    if options.against is not None:
        other = rate(_heard(options.against, options.language, options.threads), options.language)
        print(f"{options.against}: CER {other:.2f} %; difference {found - other:+.2f}")


if __name__ == "__main__":
    main()
