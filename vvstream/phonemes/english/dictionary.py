"""The pronouncing dictionary: a sorted text file, mapped into memory and searched where it lies.

Nothing is read or parsed at start-up, and all processes share the same pages. A line is
`word TAB phonemes`, for a word that depends on its part of speech followed by `TAB TAG=phonemes`
for each exception (no phonemes: the word is spelled out). A word that has no phonemes at all is one
that this accent's dictionaries lack and another's have. A leading `~` marks the entries that
were machine-made; they count less when a capitalised word may as well be an acronym.

Source: misaki 0.9.4 (Apache-2.0), its American and British dictionaries; see data/NOTICE.
"""

import mmap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

DATA: Final = Path(__file__).parent.parent / "data"

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """How one spelling is said: by default, and where its part of speech makes a difference."""

    default: str
    by_tag: Mapping[str, str]
    sure: bool
    """Checked by people ("gold"), not made by a machine ("silver")."""


def _nothing(word: str) -> Entry | None:
    return None


class Dictionary:
    """Read-only; safe to share between threads."""

    def __init__(self, path: Path, beyond: Callable[[str], Entry | None] = _nothing) -> None:
        """`beyond`: asked for a spelling that the file does not mention."""
        self._beyond = beyond
        with path.open("rb") as file:
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.find = lru_cache(maxsize=8192)(self._find)

    def _find(self, word: str) -> Entry | None:
        """The entry of exactly this spelling, else of the same word with its first letter's case
        changed ("Winter" for "winter", "london" for "London"); what people checked comes first."""
        found = [e for e in (self.exact(w) for w in _spellings(word)) if e is not None]
        return next((e for e in found if e.sure), found[0] if found else None)

    def has(self, word: str) -> bool:
        """Whether the file itself has exactly this spelling."""
        entry = self._search(word)
        return entry is not None and entry.default != ""

    def exact(self, word: str) -> Entry | None:
        """The entry of exactly this spelling."""
        entry = self._search(word)
        if entry is None:
            return self._beyond(word)
        return entry if entry.default else None

    def _search(self, word: str) -> Entry | None:
        text = self._text
        key = word.encode("utf-8", "replace") + b"\t"
        low, high = 0, len(text)
        # Invariant: a line that starts with key, if any, begins in [low, high).
        while low < high:
            middle = (low + high) // 2
            begin = text.rfind(b"\n", low, middle) + 1 or low
            end = text.find(b"\n", begin)
            line = text[begin:end]
            if line.startswith(key):
                return _parse(line[len(key) :].decode())
            if line < key:
                low = end + 1
            else:
                high = begin
        return None


def _spellings(word: str) -> tuple[str, ...]:
    if len(word) < 2:
        return (word,)
    if word == word.lower():
        return (word, word.capitalize())
    if word == word.lower().capitalize():
        return (word, word.lower())
    return (word,)


def _parse(value: str) -> Entry:
    default, *exceptions = value.split("\t")
    sure = not default.startswith("~")
    default = default.removeprefix("~")
    if not exceptions:
        return Entry(default, _NONE, sure)
    pairs = (e.split("=", 1) for e in exceptions)
    return Entry(default, MappingProxyType({tag: said for tag, said in pairs}), sure)
