"""The table of sounds: 98 % of it right, and not a word without any."""

import string
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.server import ENGLISH
from vvstream.frontend import FrontEnd
from vvstream.text.spoken import SpokenWord

_TABLE: dict[str, list[list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "hard_sounds.yaml").read_text("utf-8")
)


def words(text: str) -> list[SpokenWord]:
    front_end = FrontEnd(ENGLISH)
    return front_end.push(text) + front_end.finish()


def test_nearly_all_are_right() -> None:
    wrong = []
    for text, word, expected in (case for cases in _TABLE.values() for case in cases):
        found = [spoken.phonemes for spoken in words(text) if spoken.text == word]
        if expected not in found:
            wrong.append((text, word, expected, found))
    total = sum(map(len, _TABLE.values()))
    assert total >= 150
    assert len(wrong) <= 0.02 * total, "\n".join(map(str, wrong))


_WORDS = st.text(string.ascii_letters + "'", min_size=1, max_size=12).filter(str.isalpha)


@given(st.lists(_WORDS, min_size=1, max_size=12))
def test_every_word_with_a_letter_is_heard(tokens: list[str]) -> None:
    text = " ".join(tokens)
    heard = [(word.start, word.end) for word in words(text)]
    at = 0
    for token in tokens:
        end = at + len(token)
        assert any(start < end and at < stop for start, stop in heard), token
        at = end + 1


@given(st.lists(_WORDS, min_size=1, max_size=8), st.text("0123456789.,:;-/$%'()", max_size=8))
def test_a_word_is_heard_whatever_stands_beside_it(tokens: list[str], other: str) -> None:
    text = f" {other} ".join(tokens)
    heard = "".join(word.text for word in words(text))
    for token in tokens:
        assert token in heard
