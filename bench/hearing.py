"""What was to be said and what a recogniser wrote down, made comparable.

English is compared word by word, both texts normalised as Whisper's own are. Japanese and Mandarin
are read by the front end, without tones, stress and marks, and compared sound by sound: 3 and its
characters, old and new characters are the same then, and a wrong reading is not hidden by a right
character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from vvstream.languages import load_languages
from vvstream.visemes import VISEMES

_UNHEARD: Final = frozenset("ʔ")
"""Sounds that spelling drops and writers do not miss."""


def fold(text: str) -> str:
    """What Whisper's normaliser leaves ambiguous: ordinals, spelled digits, 6:45 and 6.45,
    dollars.
    """
    text = re.sub(r"\b(\d+)(st|nd|rd|th)\b", r"\1", text).replace("$", "dollar ")
    text = re.sub(r"\bdollar (\d+) (\d+)", r"dollar \1.\2", text)
    text = re.sub(r"(\d+)\.(\d\d)\b", r"\1 \2", text)
    text = re.sub(r"(?<=\b\d)\s+(?=\d\b)", "", text)
    return re.sub(r"\s+", " ", text).strip()


def plain_chinese(text: str) -> str:
    """What writers leave open: the parts of a long number ("400-820-1122"), which is read figure by
    figure then, and the -r of "花儿".
    """
    text = re.sub(r"\d[\d -]{5,}\d", lambda m: re.sub(r"\D|(?<=\d)(?=\d)", "、", m[0]), text)
    return re.sub(r"(?<![女婴嬰幼孤])[儿兒](?![子童女歌科])", "", text)


@cache
def words() -> Callable[[str], tuple[str, ...]]:
    """A function from an English text to its words (extra `eval`)."""
    from whisper_normalizer.english import EnglishTextNormalizer

    normalize = EnglishTextNormalizer()
    # It takes away what stands in brackets, which is said all the same.
    plain = str.maketrans("()[]<>", "      ")
    return lambda text: tuple(fold(normalize(text.translate(plain))).split())


@cache
def sounds(language: str) -> Callable[[str], str]:
    """A function from text to its sounds alone (extra `ja` or `zh`)."""
    loaded = load_languages({language: None})[language]

    def read(text: str) -> str:
        front_end = loaded.front_end()
        plain = plain_chinese(text) if language == "zh" else text
        spoken = [*front_end.push(plain), *front_end.finish()]
        return "".join(c for w in spoken for c in w.phonemes if c in VISEMES and c not in _UNHEARD)

    return read


def reader(language: str) -> Callable[[str], Sequence[str]]:
    """What texts of a language are compared by: words of English, sounds of others."""
    return words() if language == "en" else sounds(language)


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's distance: words or sounds to insert, drop or replace."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
    return row[-1]


def rate(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> float:
    """Per cent of the words or sounds of (said, heard) that are wrong."""
    wrong = sum(edits(said, heard) for said, heard in pairs)
    return 100 * wrong / max(1, sum(len(said) for said, _ in pairs))
