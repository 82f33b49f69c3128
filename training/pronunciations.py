"""The front end's data: `python -m training.pronunciations vvstream/phonemes/data`.

Writes english_us.tsv from the dictionaries of misaki 0.9.4 and letter_to_sound.safetensors from the
weights of g2p-en 2.1.0. Both are Apache-2.0; neither package is needed afterwards. Wants
`pip install misaki==0.9.4` and `pip install --no-deps g2p-en==2.1.0`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.resources
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file


def dictionary() -> bytes:
    """One line a word, sorted by its bytes; `phonemes.english.dictionary` says what is in it."""
    data = importlib.resources.files("misaki") / "data"
    gold = json.loads((data / "us_gold.json").read_text("utf-8"))
    silver = json.loads((data / "us_silver.json").read_text("utf-8"))
    lines = [f"{word}\t~{said}" for word, said in silver.items() if word not in gold]
    for word, said in gold.items():
        if isinstance(said, dict):
            usual = said["DEFAULT"]
            others = (f"{t}={s or ''}" for t, s in said.items() if t != "DEFAULT" and s != usual)
            said = "\t".join([usual, *others])
        lines.append(f"{word}\t{said}")
    return b"\n".join(sorted(line.encode() for line in lines)) + b"\n"


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
    (folder / "english_us.tsv").write_bytes(dictionary())
    save_file(letter_to_sound(), folder / "letter_to_sound.safetensors",
              metadata={"source": "g2p-en 2.1.0 checkpoint20.npz", "license": "Apache-2.0"})


if __name__ == "__main__":
    main()
