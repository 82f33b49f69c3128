"""Characters of the client's text, in one width and one form, each with its place.

Full-width letters and half-width kana take their usual form (NFKC), a kana and its voicing mark
become one, emoji keep together what belongs to them. A character is known once the next one has
arrived: it may have been a mark upon it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vvstream.text.ahead import Ahead
from vvstream.text.characters import is_picture

_LONGEST: Final = 32
"""Characters after which a cluster ends, whatever follows."""
_JOINER: Final = "\u200d"
_VOICING: Final = {"\u3099": "\u3099", "\u309a": "\u309a", "ﾞ": "\u3099", "ﾟ": "\u309a"}
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKIN: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)

_HANS: Final = r"々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_KANAS: Final = r"ぁ-ゖゝゞァ-ヺーヽヾㇰ-ㇿ"
_HAN: Final = re.compile(f"[{_HANS}]")
_KANA: Final = re.compile(f"[{_KANAS}]")
RUNS: Final = re.compile(f"[{_HANS}{_KANAS}]+|[^{_HANS}{_KANAS}]+")
"""Stretches of text that are all in Chinese or Japanese characters, or not at all."""
_LATIN: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏͰ-Ͽ]")
_COMPATIBLE: Final = {"〜": "～", "∼": "～", "﹣": "-", "−": "-", "–": "–", "‐": "-", "‑": "-"}
_OWN: Final = frozenset("…‥～〇、。，「」『』・’‘“”℃℉²³")
"""What NFKC would spoil, or what has a meaning of its own."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character, or one of several that a single one stands for ("㌔" is "キロ")."""

    text: str
    raw: str
    """As it stands in the client's text."""
    start: int
    end: int
    """[start, end) in the client's text."""
    again: bool = False
    """The one before it has the same place."""


def is_han(character: str) -> bool:
    """A Chinese character."""
    return _HAN.match(character) is not None


def is_kana(character: str) -> bool:
    """A hiragana or katakana, the long vowel mark included."""
    return _KANA.match(character) is not None


def is_native(character: str) -> bool:
    """Part of a word of Chinese or Japanese."""
    return is_han(character) or is_kana(character)


def written(characters: Sequence[Character]) -> str:
    """The client's text of characters in a row."""
    return "".join(c.raw for i, c in enumerate(characters) if i == 0 or not c.again)


def is_latin(character: str) -> bool:
    """A letter that the English front end knows."""
    return _LATIN.match(character) is not None


class Clusters:
    """The first stage: pieces of text in, characters out; offsets run on over utterances."""

    def __init__(self) -> None:
        self._held = ""
        self._position = 0
        """Of what is held."""

    def push(self, text: str, characters: Ahead[Character]) -> None:
        """Add what `text` completes."""
        for character in text:
            if self._held and not self._joins(character):
                self._release(characters)
            self._held += character

    def finish(self, characters: Ahead[Character]) -> None:
        """Add the last one."""
        if self._held:
            self._release(characters)

    def _joins(self, character: str) -> bool:
        held = self._held
        if len(held) >= _LONGEST:
            return False
        if character in _VOICING:
            return len(held) == 1 and is_kana(unicodedata.normalize("NFKC", held))
        if unicodedata.category(character) in ("Mn", "Me") or character == _JOINER:
            return not held.isspace()
        if not is_picture(held[0]):
            return False
        code = ord(character)
        if held[-1] == _JOINER:
            return is_picture(character)
        if code in _FLAG_LETTERS and ord(held[0]) in _FLAG_LETTERS:
            return len(held) == 1
        return code in _SKIN or code in _TAGS

    def _release(self, characters: Ahead[Character]) -> None:
        raw, start = self._held, self._position
        self._held, self._position = "", start + len(raw)
        for i, character in enumerate(_forms(raw)):
            characters.add(Character(character, raw, start, self._position, again=i > 0))


def _forms(raw: str) -> str:
    """What a cluster stands for; the cluster's first character for an emoji."""
    first = raw[0]
    if is_picture(first) or first in _OWN or first.isspace():
        return first
    if first in _COMPATIBLE:
        return _COMPATIBLE[first]
    marks = "".join(_VOICING.get(c, c) for c in raw)
    return unicodedata.normalize("NFKC", marks).replace("\u2044", "/") or first
