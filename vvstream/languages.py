"""The languages that are loaded, and the front end of each.

English has words between spaces and a front end of its own (`frontend`); Japanese and Mandarin
share one (`native`), with a reader for each. Their dictionaries are packages of the extras `ja`
and `zh`; what is installed of them also serves the voices of the other languages, which say foreign
words as well as they can.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from vvstream.errors import ConfigError
from vvstream.frontend import FrontEnd as EnglishFrontEnd
from vvstream.frontend import Language as English
from vvstream.frontend import load_language as load_english
from vvstream.guests import FrontEndWithGuests
from vvstream.native import NativeFrontEnd
from vvstream.options import Accent
from vvstream.phonemes.english.dictionary import DATA, Dictionary
from vvstream.phonemes.japanese.words import JapaneseReader
from vvstream.phonemes.mandarin.words import MandarinReader
from vvstream.text.cjk.characters import is_native
from vvstream.text.cjk.reader import Reader
from vvstream.text.items import Items
from vvstream.text.spoken import Skipped

LANGUAGES: Final = ("en", "ja", "zh")
_PACKAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"ja": ("fugashi", "unidic_lite"), "zh": ("rjieba", "pypinyin")}
)
"""What the extra of this name installs."""

FrontEnd = EnglishFrontEnd | FrontEndWithGuests | NativeFrontEnd


@dataclass(frozen=True, slots=True)
class Language:
    """The read-only data of a language, loaded once and shared by all its listeners."""

    name: str
    english: English
    """The language itself, or what Latin words inside another are read with."""
    reader: Reader | None
    """None: the language is English."""
    guests: tuple[Reader, ...]
    """Readers of the other languages that are installed, for their characters."""
    own: Mapping[str, str]
    """Words of the users' lexicon in the characters of the language, with their sounds."""

    def front_end(
        self,
        *,
        accent: Accent = "en-US",
        emoji: Literal["skip", "name"] = "skip",
        on_skipped: Callable[[Skipped], None] = lambda skipped: None,
        given: Callable[[], Items] = tuple,
    ) -> FrontEnd:
        """A new one for one listener; see `frontend.FrontEnd`."""
        if self.reader is not None:
            return NativeFrontEnd(
                self.reader,
                partial(EnglishFrontEnd, self.english),
                guests=self.guests,
                own=self.own,
                emoji=emoji,
                on_skipped=on_skipped,
                given=given,
            )
        english = partial(EnglishFrontEnd, self.english, accent=accent, emoji=emoji)
        if not self.guests:
            return english(on_skipped=on_skipped, given=given)
        return FrontEndWithGuests(
            lambda tell: english(on_skipped=tell, given=given),
            self.guests,
            on_skipped,
        )


def load_languages(lexicons: Mapping[str, Path | None]) -> dict[str, Language]:
    """Load these languages, each with its users' lexicon where there is one.

    English takes milliseconds, Japanese a tenth of a second, Mandarin half a second.

    Raises ConfigError: no such language, its packages are not installed, or its lexicon cannot be
    read or is not in order; the message names the language.
    """
    readers = _readers()
    return {name: _load(name, lexicon, readers) for name, lexicon in lexicons.items()}


def _load(name: str, lexicon: Path | None, readers: Mapping[str, Reader]) -> Language:
    if name not in LANGUAGES:
        raise ConfigError(f"languages.{name}: no such language; known: {', '.join(LANGUAGES)}")
    if name in _PACKAGES and name not in readers:
        raise ConfigError(
            f"languages.{name}: its packages are not installed: pip install 'vvstream[{name}]'"
        )
    try:
        english = load_english("en", lexicon)
    except (ValueError, OSError) as error:
        raise ConfigError(f"languages.{name}: {error}") from error
    reader = readers.get(name)
    guests = tuple(guest for guest in readers.values() if guest is not reader)
    if reader is None:
        return Language(name, english, None, guests, MappingProxyType({}))
    reader.load()
    return Language(name, english, reader, guests, _own_words(english, reader))


def _readers() -> dict[str, Reader]:
    """Of the languages whose packages are installed; they load at their first word."""
    readers: dict[str, Reader] = {}
    if _installed("ja"):
        readers["ja"] = JapaneseReader(Dictionary(DATA / "english_loans.tsv"))
    if _installed("zh"):
        readers["zh"] = MandarinReader()
    return readers


def _installed(name: str) -> bool:
    return all(find_spec(package) is not None for package in _PACKAGES[name])


def _own_words(english: English, reader: Reader) -> Mapping[str, str]:
    own: dict[str, str] = {}
    for word, items in english.user.entries.items():
        if not all(is_native(c) for c in word):
            continue
        if all(item.how == "phonemes" for item in items):
            own[word] = " ".join(item.text for item in items)
            continue
        front_end = EnglishFrontEnd(english)
        said = front_end.push(" ".join(item.text for item in items)) + front_end.finish()
        own[word] = " ".join(reader.english(w.text, w.phonemes) for w in said)
    return MappingProxyType(own)
