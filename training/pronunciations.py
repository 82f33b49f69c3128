"""The front end's data: `python -m training.pronunciations vvstream/phonemes/data`.

Writes english_us.tsv and english_gb.tsv from the dictionaries of misaki 0.9.4, and
letter_to_sound.safetensors from the weights of g2p-en 2.1.0. Of the British dictionary only what
`phonemes.english.british` does not make of the American one is written: to be made again after a
change there. Both packages are Apache-2.0; neither is needed afterwards. Wants
`pip install misaki==0.9.4` and `pip install --no-deps g2p-en==2.1.0`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.resources
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import numpy as np
from safetensors.numpy import save_file

from vvstream.phonemes.english.british import british_entry
from vvstream.phonemes.english.dictionary import Entry

# misaki's British dictionary has the American name of the letter. "Miz" and "Missus" are what "Ms."
# and "Mrs." are read as: they get what it has for the abbreviations.
CORRECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "en-GB": {"Z": "zˈɛd", "Miz": "mˈɪz"},
    "en-US": {"Miz": "mˈɪz", "Missus": "mˈɪsɪz"},
}


def entries(accent: Literal["en-US", "en-GB"]) -> dict[str, Entry]:
    """misaki's dictionaries of an accent, joined."""
    data = importlib.resources.files("misaki") / "data"
    region = accent[3:].lower()
    gold = json.loads((data / f"{region}_gold.json").read_text("utf-8"))
    silver = json.loads((data / f"{region}_silver.json").read_text("utf-8"))
    found = {word: Entry(said, {}, sure=False) for word, said in silver.items()}
    for word, said in {**gold, **CORRECTIONS[accent]}.items():
        by_tag: dict[str, str | None] = said if isinstance(said, dict) else {"DEFAULT": said}
        usual = by_tag["DEFAULT"] or ""
        others = {t: s or "" for t, s in by_tag.items() if t != "DEFAULT" and s != usual}
        found[word] = Entry(usual, others, sure=True)
    return found


def beyond_american(
    british: Mapping[str, Entry], american: Mapping[str, Entry]
) -> dict[str, Entry]:
    """The British entries that do not follow from the American ones; empty ones for words that
    only Americans have, whose suffixes are British all the same ("asked")."""
    lacking = {word: Entry("", {}, sure=True) for word in american if word not in british}
    return lacking | {
        word: entry
        for word, entry in british.items()
        if word not in american or british_entry(word, american[word]) != entry
    }


def table(entries: Mapping[str, Entry]) -> bytes:
    """One line a word, sorted by its bytes; `phonemes.english.dictionary` says what is in it."""
    lines = []
    for word, entry in entries.items():
        others = (f"{tag}={said}" for tag, said in entry.by_tag.items())
        lines.append("\t".join([word, "~" * (not entry.sure) + entry.default, *others]).encode())
    return b"\n".join(sorted(lines)) + b"\n"


def letter_to_sound() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]:
    """The network's tensors in half precision."""
    files = importlib.metadata.files("g2p-en") or []
    path = next(f for f in files if f.name == "checkpoint20.npz").locate()
    with np.load(str(path)) as tensors:
        return {name: tensors[name].astype(np.float16) for name in tensors.files}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    american, british = entries("en-US"), entries("en-GB")
    (folder / "english_us.tsv").write_bytes(table(american))
    (folder / "english_gb.tsv").write_bytes(table(beyond_american(british, american)))
    save_file(
        letter_to_sound(),
        folder / "letter_to_sound.safetensors",
        metadata={"source": "g2p-en 2.1.0 checkpoint20.npz", "license": "Apache-2.0"},
    )


if __name__ == "__main__":
    main()
