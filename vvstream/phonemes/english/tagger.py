"""Parts of speech, left to right, by a linear model over hashed features.

A word's tag depends on the word, the two before it with their tags, and the one after it, so it
never changes once the next word (or the end) is known. (A second word ahead was tried: it makes no
difference.) An averaged perceptron (Collins 2002) was trained on the tags that spaCy's
en_core_web_sm gives, which is the tagger behind the teacher's transcriptions; `training/tagger.py`
makes the weights. It weighs a few megabytes and takes some thirty microseconds a word, where spaCy
takes 125 MB and a millisecond a call.

Weights: int8[ROWS, len(TAGS)], one row a hashed feature.
"""

from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

ROWS: Final = 1 << 16
TAGS: Final = (
    "NN IN DT JJ NNP NNS RB PRP VB CC CD VBN VBD VBZ VBG VBP TO MD PRP$ WDT WRB RP WP NNPS JJR EX "
    "RBR JJS RBS PDT UH FW POS WP$ LS AFX ADD XX SYM NFP , ."
).split()
"""Penn Treebank tags, and "," and "." for pauses and sentence ends."""

BEGIN: Final = "-BEGIN-"
"""Stands for the words, and their tags, before the first one."""
END: Final = "-END-"
PAUSE: Final = ","
STOP: Final = "."


def features(
    word: str, previous: str, before: str, following: str, tag: str, tag_before: str
) -> list[int]:
    """Rows of the weights that speak for this word in its window.

    `before previous word following` are the words as written, `tag` and `tag_before` the
    tags of `previous` and `before`.
    """
    w, n, p = word.lower(), following.lower(), previous.lower()
    names = (
        "w" + w,
        "3" + w[-3:],
        "2" + w[-2:],
        "1" + w[-1:],
        "f" + w[:1],
        "h" + _shape(word),
        "H" + _shape(word) + tag,
        "t" + tag,
        "T" + tag + " " + tag_before,
        "x" + tag + " " + w,
        "p" + p,
        "P" + p + " " + w,
        "b" + before.lower(),
        "n" + n,
        "N" + w + " " + n,
        "s" + n[-3:],
        "S" + _shape(following),
        "y" + tag + " " + n[-3:],
        "bias",
    )
    return [crc32(name.encode("utf-8", "replace")) % ROWS for name in names]


def _shape(word: str) -> str:
    if word.islower():
        return "-" if "-" in word else "x"
    if word.isdecimal():
        return "9"
    if any(c.isdecimal() for c in word):
        return "9x"
    if word.isupper():
        return "XX" if len(word) > 1 else "X"
    return "Xx" if word.istitle() else "xX"


class Tagger:
    """Read-only; the history is the caller's."""

    def __init__(self, weights: Path) -> None:
        table = load_file(weights)["weights"]
        self._rows: NDArray[np.int16] = table.astype(np.int16)
        if self._rows.shape != (ROWS, len(TAGS)):
            raise ValueError(f"{weights}: weights of shape {table.shape}")

    def tag(
        self,
        word: str,
        previous: str,
        before: str,
        following: str,
        tag: str,
        tag_before: str,
    ) -> str:
        """The tag of `word`; the arguments are those of `features`."""
        if word in (PAUSE, STOP):
            return word
        rows = features(word, previous, before, following, tag, tag_before)
        return TAGS[int(self._rows[rows].sum(axis=0).argmax())]
