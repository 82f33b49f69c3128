from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from vvstream.phonemes.english.dictionary import DATA
from vvstream.phonemes.english.tagger import BEGIN, END, ROWS, TAGS, Tagger, features

_TAGGER = Tagger(DATA / "tagger.safetensors")


def tags(sentence: str) -> list[str]:
    words = sentence.split()
    found = [BEGIN, BEGIN]
    for i, word in enumerate(words):
        before = (words[i - 1] if i else BEGIN, words[i - 2] if i > 1 else BEGIN)
        following = words[i + 1] if i + 1 < len(words) else END
        found.append(_TAGGER.tag(word, *before, following, found[-1], found[-2]))
    return found[2:]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They record a new record .", "PRP VBP DT JJ NN ."),
        ("She has read it , I think .", "PRP VBZ VBN PRP , PRP VBP ."),
        ("He wants to read the good paper .", "PRP VBZ TO VB DT JJ NN ."),
        ("The old FBI spent 500 dollars .", "DT JJ NNP VBD CD NNS ."),
    ],
)
def test_sentences(sentence: str, expected: str) -> None:
    assert tags(sentence) == expected.split()


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_any_word_has_a_tag(word: str, before: str, following: str) -> None:
    assert _TAGGER.tag(word, before, BEGIN, following, "NN", BEGIN) in TAGS
    rows = features(word, before, BEGIN, following, "NN", BEGIN)
    assert all(0 <= row < ROWS for row in rows)


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.safetensors"
    save_file({"weights": np.zeros((2, 2), np.int8)}, path)
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        Tagger(path)
