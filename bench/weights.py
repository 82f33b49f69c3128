"""Are these weights fit to ship? `python -m bench.weights vvstream/weights`

Loads every file of a folder as the server does and has every voice say a sentence of its language.
Each complaint is a line; the exit status says whether there are any. A minute for twenty voices.

* sizes: LARGEST of one language, LARGEST_OF_ENGLISH together with the vocoder.
* numbers: finite, all of them.
* speech: loudness within two dB of -23 LUFS (of many sentences: one), no peak over -1 dBFS, as long
  as speech is.
* what the header should have: exits (`steps`), medians (`cfg`), gains (loudness).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from bench.recordings import sentences_of
from bench.report import table
from bench.sound import Samples, audible, decibels, loudness
from vvstream.acoustic.weights import LoadedAcoustic, load_acoustic
from vvstream.audio import PCM_PEAK, SAMPLE_RATE
from vvstream.engine.pipeline import speak
from vvstream.engine.placement import Places
from vvstream.engine.precision import suit
from vvstream.engine.runner import HostRunner
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Ticker
from vvstream.languages import Language, load_languages
from vvstream.options import Accent, SpeechOptions
from vvstream.phonemes.inventory import encode
from vvstream.streaming.weights import read_weights
from vvstream.vocoder.weights import load_vocoder

SENTENCES: Final = Path(__file__).parent / "sentences"
SENTENCE: Final = 13  # of each list: of middling length
LARGEST: Final = 40  # MB of one language
LARGEST_OF_ENGLISH: Final = 70  # MB with the vocoder
LOUDNESS: Final = (-25.0, -21.0)  # LUFS; one sentence is up to two from what many have
PEAK: Final = -0.9  # dBFS
UNITS_A_SECOND: Final = (8.0, 25.0)  # symbols of the inventory
OPTIONS: Final = SpeechOptions("", 2.0, 5, 1.0, 0)


def of_files(folder: Path) -> Iterator[str]:
    """Complaints about the files themselves."""
    sizes = {path.stem: path.stat().st_size / 1e6 for path in folder.glob("*.safetensors")}
    for name, size in sizes.items():
        if size > LARGEST:
            yield f"{name}: {size:.1f} MB, {LARGEST} at most"
        weights = read_weights(folder / f"{name}.safetensors")
        wrong = [key for key, weight in weights.items() if not torch.isfinite(weight).all()]
        if wrong:
            yield f"{name}: not finite: {', '.join(wrong)}"
    both = sizes.get("en", 0.0) + sizes.get("vocoder", 0.0)
    if both > LARGEST_OF_ENGLISH:
        yield f"en and vocoder: {both:.1f} MB, {LARGEST_OF_ENGLISH} at most"


def of_header(name: str, loaded: LoadedAcoustic) -> Iterator[str]:
    """Complaints about what a language's header lacks."""
    sizes = loaded.model.sizes
    if not sizes.exits:
        yield f"{name}: no exits: `steps` changes nothing"
    if len(sizes.neutral) != len(loaded.voices):
        yield f"{name}: {len(sizes.neutral)} medians of {len(loaded.voices)} voices: see `cfg`"
    if all(gain == 1.0 for gain in loaded.gains):
        yield f"{name}: no gains: run training.loudness"


def of_speech(voice: str, units: int, samples: Samples) -> Iterator[str]:
    """Complaints about a sentence of so many units."""
    level, peak = loudness(samples), decibels(float(np.abs(samples).max(initial=0)))
    if not LOUDNESS[0] <= level <= LOUDNESS[1]:
        yield f"{voice}: {level:.1f} LUFS, -23 is wanted"
    if peak > PEAK:
        yield f"{voice}: peak {peak:.1f} dBFS"
    rate = units * SAMPLE_RATE / max(1, audible(samples).size)
    if not UNITS_A_SECOND[0] <= rate <= UNITS_A_SECOND[1]:
        yield f"{voice}: {rate:.1f} symbols a second"


def units_of(language: Language, accent: Accent, text: str) -> Sequence[int]:
    """What the engine is given for a text."""
    front_end = language.front_end(accent=accent)
    words = [*front_end.push(text), *front_end.finish()]
    return encode("".join(word.before + word.phonemes + word.after for word in words))


def check(folder: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    """Complaints, and a row a voice. Raises ConfigError: a file is not what it should be."""
    complaints = list(of_files(folder))
    names = sorted(path.stem for path in folder.glob("*.safetensors") if path.stem != "vocoder")
    spoken = {name: load_acoustic(folder / f"{name}.safetensors") for name in names}
    vocoder = load_vocoder(folder / "vocoder.safetensors")
    if not vocoder.sizes.exits:
        complaints.append("vocoder: no exits: `steps` changes nothing")
    cpu, runner = torch.device("cpu"), HostRunner(1)
    suit([loaded.model for loaded in spoken.values()], vocoder, Places(cpu, cpu), mixed=False)
    languages = load_languages(dict.fromkeys(names))
    stages = {
        name: Acoustic(one.model, runner, 1, one.gains, one.paces) for name, one in spoken.items()
    }
    ticker = Ticker(stages, Sound(vocoder, runner, 1), 8)
    rows: list[tuple[object, ...]] = []
    for name, loaded in spoken.items():
        complaints += of_header(name, loaded)
        text = sentences_of(SENTENCES / f"{name}.json", name)[SENTENCE]
        for number, voice in enumerate(loaded.voices):
            units = units_of(languages[name], voice.accent, text)
            chunks = speak(ticker, units, number, OPTIONS, language=name)
            pcm = b"".join(chunk.samples for chunk in chunks)
            samples: Samples = np.frombuffer(pcm, "<i2") / PCM_PEAK
            complaints += of_speech(voice.name, len(units), samples)
            gain = decibels(loaded.gains[number])
            peak = decibels(float(np.abs(samples).max(initial=0)))
            rows.append((voice.name, voice.accent, f"{gain:+.1f}", f"{loudness(samples):.1f}",
                         f"{peak:.1f}", f"{samples.size / SAMPLE_RATE:.2f}"))  # fmt: skip
    return complaints, rows


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    complaints, rows = check(parser.parse_args().folder)
    print(table(("voice", "accent", "gain, dB", "LUFS", "peak, dBFS", "seconds"), rows))
    print("\n".join(complaints) or "Nothing to complain of.")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
