"""The teacher's strings, as far as they are made here and not by its own front end."""

from dataclasses import dataclass

import pytest

from training.phonemize import BritishFallback


@dataclass
class Token:
    text: str
    tag: str = "NN"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Zelenkov", "zˈɛlənkɒv"),
        ("glorpy", "ɡlˈɔːpi"),
        ("scarring", "skˈɑːɹɪŋ"),
        ("x86", None),
        ("--", None),
    ],
)
def test_unknown_words_in_british(word: str, said: str | None) -> None:
    assert BritishFallback()(Token(word)) == ((said, 1) if said else (None, None))
