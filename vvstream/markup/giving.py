"""What the tags that give a reading say, for the languages: `<sub>`, `<say-as>` and `<phoneme>`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeAlias

from vvstream.markup import ipa, native_say_as
from vvstream.markup.say_as import say_as
from vvstream.phonemes.japanese import kana
from vvstream.phonemes.mandarin import pinyin
from vvstream.text.aside import LONGEST, read
from vvstream.text.cjk.characters import is_kana
from vvstream.text.items import Item, Items

_OWN: Final = "x-vvstream"
"""The alphabet of the voices' symbols."""
_PINYIN: Final = ("pinyin", "x-pinyin", "x-amazon-pinyin")
_SPELLED: Final = ("yomigana", "x-yomigana", "x-amazon-yomigana")
"""Kana as it is spelled: とうきょう."""
_SOUNDED: Final = ("x-kana", "x-amazon-pron-kana")
"""Kana as it sounds: トーキョー."""


_Reads: TypeAlias = Callable[[str], str]
"""A transcription -> the voices' symbols."""


class Giver(Protocol):
    """One language. Each way raises ValueError for what it cannot read, and says why."""

    stresses: bool
    """Whether its words have a stress that `<emphasis>` can move."""

    def sub(self, alias: str) -> Items:
        """The words of an alias."""

    def say_as(self, text: str, way: str, form: str) -> Items:
        """`text` in the way of `interpret-as`, in the form of `format`."""

    def phoneme(self, ph: str, alphabet: str) -> Items:
        """The sounds that are written in an alphabet."""


class English:
    """See Giver."""

    stresses = True

    def sub(self, alias: str) -> Items:
        """See Giver."""
        return read(alias)

    def say_as(self, text: str, way: str, form: str) -> Items:
        """See Giver."""
        return say_as(text, way, form)

    def phoneme(self, ph: str, alphabet: str) -> Items:
        """See Giver."""
        return _sounds(ph, alphabet, {"ipa": ipa.symbols})


class Native:
    """Japanese and Mandarin; see Giver."""

    stresses = False

    def __init__(self, language: Literal["ja", "zh"], aside: Callable[[str], str]) -> None:
        """`aside`: the sounds of a text that stands by itself."""
        self._language = language
        self._aside = aside

    def sub(self, alias: str) -> Items:
        """See Giver."""
        return self._read(alias)

    def say_as(self, text: str, way: str, form: str) -> Items:
        """See Giver."""
        return self._read(native_say_as.rewritten(self._language, text, way, form))

    def phoneme(self, ph: str, alphabet: str) -> Items:
        """See Giver."""
        return _sounds(ph, alphabet, _ALPHABETS[self._language])

    def _read(self, text: str) -> Items:
        said = self._aside(text[:LONGEST])
        return (Item(said, "phonemes"),) if said else ()


def _sounds(ph: str, alphabet: str, ways: Mapping[str, _Reads]) -> Items:
    ways = {**ways, _OWN: str}
    if alphabet not in ways:
        raise ValueError(f"alphabet: expected {', '.join(ways)}; got {ascii(alphabet[:24])}")
    return (Item(ipa.known(ways[alphabet](ph)), "phonemes"),)


def from_pinyin(text: str) -> str:
    """ "bei3 jing1", "bei3jing1" or "běi jīng" -> the voices' symbols.

    Raises:
        ValueError: something of it is no syllable.
    """
    return "".join(pinyin.symbols(syllable) for syllable in pinyin.syllables(text))


def from_yomigana(text: str) -> str:
    """ "とうきょう" -> the voices' symbols. Raises ValueError: not all of it is kana."""
    return from_kana(kana.sounded(kana.katakana(text)))


def from_kana(text: str) -> str:
    """ "トーキョー" -> the voices' symbols. Raises ValueError: not all of it is kana."""
    words = kana.katakana(text).split()
    if not words or not all(is_kana(c) for word in words for c in word):
        raise ValueError(f"ph: expected kana, got {ascii(text[:24])}")
    return " ".join(kana.symbols(word) for word in words)


_ALPHABETS: Final[Mapping[str, Mapping[str, _Reads]]] = MappingProxyType({
    "ja": {
        "ipa": ipa.japanese,
        **{name: from_yomigana for name in _SPELLED},
        **{name: from_kana for name in _SOUNDED},
    },
    "zh": {"ipa": ipa.mandarin, **{name: from_pinyin for name in _PINYIN}},
})  # fmt: skip
