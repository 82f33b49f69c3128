"""One word, its part of speech and what follows it -> phonemes, by dictionary and suffix rules.

The order of the rules is that of misaki 0.9.4 (`Lexicon.get_word`, Apache-2.0), which transcribed
what the teacher learned from. A word this module does not know is for `letter_to_sound`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vvstream.phonemes.english import rules
from vvstream.phonemes.english.dictionary import Dictionary, Entry
from vvstream.phonemes.english.suffixes import AMERICAN, Suffixes


@dataclass(frozen=True, slots=True)
class Following:
    """What comes after a word and changes how it is said."""

    vowel: bool | None = None
    """The next sound is a vowel; None before a pause and at the end."""
    to: bool = False
    """The next word is "to" ("used to" against "used two")."""


_DOTTED: Final = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]{0,2}")
_DOUBLED: Final = re.compile(r"([bcdgklmnprstvxz])\1ing$|cking$")
_DOUBLED_ED: Final = re.compile(r"([bdgklmnprtvz])\1ed$")
_NOTHING: Final = Following()
_Stems = Callable[[str], tuple[str, ...]]


def parent(tag: str) -> str:
    """The coarse part of speech that the dictionary names: VERB, NOUN, ADV, ADJ, or the tag."""
    if tag.startswith("VB"):
        return "VERB"
    if tag.startswith("NN"):
        return "NOUN"
    if tag.startswith("RB"):
        return "ADV"
    if tag.startswith("JJ"):
        return "ADJ"
    return tag


class Lexicon:
    """Read-only and shared by all sessions."""

    def __init__(self, dictionary: Dictionary, suffixes: Suffixes = AMERICAN) -> None:
        self._dictionary = dictionary
        self.suffixes = suffixes

    def say(self, word: str, tag: str = "", following: Following = _NOTHING) -> str | None:
        """The phonemes of a word, or None where neither dictionary nor suffix rules know it.

        `word` holds ASCII letters, apostrophes and full stops; `tag` is a Penn Treebank tag, empty
        where nothing is known.
        """
        special = self._special(word, tag, following)
        if special is not None:
            return special
        strongly = None if word == word.lower() else word == word.upper()
        lower = word.lower()
        if self._better_in_lower_case(word, lower, tag):
            word = lower
        if self._known(word):
            return self._lookup(word, tag, strongly, following)
        if word.endswith("s'") and self._known(word[:-2] + "'s"):
            return self._lookup(word[:-2] + "'s", tag, strongly, following)
        if word.endswith("'") and len(word) > 1:
            return self.say(word[:-1], tag, following)
        for stem, inflect, emphasis in self._stems(word):
            emphasis = strongly if emphasis is None else emphasis
            return inflect(self._lookup(stem, tag, emphasis, following))
        return None

    def depends_on_tag(self, word: str) -> bool:
        """Whether the part of speech can change what `say` gives for this spelling."""
        if word.lower() in _TAGGED:
            return True
        if word.isupper() and len(word) > 1:
            # Whether capitals are a name or an emphasis is for the tagger to say.
            return True
        return any(
            entry is not None and bool(entry.by_tag)
            for entry in (self._dictionary.find(w) for w in (word, *_bare_stems(word)))
        )

    def depends_on_following(self, word: str) -> bool:
        """Whether the next word's first sound, or a pause, can change what `say` gives."""
        if word.lower() in ("the", "to", "in", "am", "used"):
            return True
        entry = self._dictionary.find(word)
        return entry is not None and "None" in entry.by_tag

    def lists(self, word: str) -> bool:
        """Whether a dictionary has this word, in these letters or in small ones."""
        return any(self._dictionary.find(w) is not None for w in (word, word.lower()))

    def common(self, word: str) -> int:
        """2 for a word in small letters that people checked, 1 for a form of one, 0 for others."""
        if self._checked(word):
            return 2
        return int(any(self._checked(stem) for stem, _, _ in self._stems(word)))

    def _checked(self, word: str) -> bool:
        entry = self._dictionary.exact(word)
        return entry is not None and entry.sure

    def spell(self, letters: str) -> str:
        """The names of letters said as one word, the last one stressed; "" without letters."""
        names = [self._usual(c.upper()) for c in letters if c.isalpha()]
        head, mark, tail = rules.demote("".join(names)).rpartition(rules.SECONDARY)
        return f"{head}{rules.PRIMARY}{tail}" if mark else tail

    def _usual(self, word: str, tag: str = "") -> str:
        """What the dictionary has for exactly this spelling, "" for nothing."""
        entry = self._dictionary.find(word)
        return "" if entry is None else entry.by_tag.get(tag, entry.default)

    def _special(self, word: str, tag: str, following: Following) -> str | None:
        match word:
            case "a" | "A":
                return "ɐ" if tag == "DT" else "ˈA"
            case "am" | "Am" | "AM":
                if tag.startswith("NN"):
                    return self.spell(word)
                return self._usual("am") if following.vowel is None or word != "am" else "ɐm"
            case "an" | "An" | "AN":
                return self.spell(word) if word == "AN" and tag.startswith("NN") else "ɐn"
            case "I" if tag == "PRP":
                return "ˌI"
            case "by" | "By" | "BY" if parent(tag) == "ADV":
                return "bˈI"
            case "to" | "To":
                return self._to(following)
            case "TO" if tag in ("TO", "IN"):
                return self._to(following)
            case "in" | "In":
                return _in(tag, following)
            case "IN" if tag != "NNP":
                return _in(tag, following)
            case "the" | "The":
                return "ði" if following.vowel else "ðə"
            case "THE" if tag == "DT":
                return "ði" if following.vowel else "ðə"
            case "used" | "Used" | "USED":
                return self._usual("used", "VBD" * (tag in ("VBD", "JJ") and following.to))
        if "." in word.strip(".") and _DOTTED.fullmatch(word):
            return self.spell(word)
        return None

    def _to(self, following: Following) -> str:
        if following.vowel is None:
            return self._usual("to")
        return "tʊ" if following.vowel else "tə"

    def _better_in_lower_case(self, word: str, lower: str, tag: str) -> bool:
        """Whether a capitalised word is the common one: not a name, not in the dictionary as is."""
        return (
            len(word) > 1
            and word != lower
            and (tag != "NNP" or len(word) > 7)
            and (word == word.upper() or word[1:] == word[1:].lower())
            and self._dictionary.find(word) is None
            and (
                self._dictionary.find(lower) is not None
                or any(self._dictionary.find(stem) for stem, _, _ in self._stems(lower))
            )
        )

    def _known(self, word: str) -> bool:
        if self._dictionary.find(word) is not None:
            return True
        if not word.isalpha():
            return False
        if len(word) == 1:
            return True
        if word == word.upper():
            entry = self._dictionary.find(word.lower())
            if entry is not None and entry.sure:
                return True
        return word[1:] == word[1:].upper()

    def _lookup(self, word: str, tag: str, strongly: bool | None, following: Following) -> str:
        entry, name = self._dictionary.find(word), False
        if word == word.upper() and (entry is None or not entry.sure):
            lowered = self._dictionary.find(word.lower())
            name = tag == "NNP"
            entry = lowered if lowered is None or lowered.sure or not name else None
        said = None if entry is None else _choose(entry, tag, following)
        if not said or (name and rules.PRIMARY not in said):
            return self.spell(word)
        return said if strongly is None else rules.emphasise(said, strongly=strongly)

    def _stems(self, word: str) -> list[tuple[str, Callable[[str], str], bool | None]]:
        """(stem, suffix rule, emphasis of its own) that may make up this word, likeliest first."""
        kinds: tuple[tuple[int, str, _Stems, Callable[[str], str], bool | None], ...] = (
            (2, "s", _stems_of_s, self.suffixes.plural, None),
            (3, "d", _stems_of_ed, self.suffixes.past, None),
            (4, "ing", _stems_of_ing, self.suffixes.progressive, False),
        )
        return [
            (stem, inflect, emphasis)
            for longer, ending, stems, inflect, emphasis in kinds
            if len(word) > longer and word.endswith(ending)
            for stem in [s for s in stems(word) if self._known(s)][:1]
        ]


# Spellings whose pronunciation `_special` decides by part of speech.
_TAGGED: Final = frozenset({"a", "am", "an", "i", "by", "in", "used"})


def _bare_stems(word: str) -> tuple[str, ...]:
    stems: tuple[str, ...] = ()
    if len(word) > 2 and word.endswith("s"):
        stems += _stems_of_s(word)
    if len(word) > 3 and word.endswith("d"):
        stems += _stems_of_ed(word)
    if len(word) > 4 and word.endswith("ing"):
        stems += _stems_of_ing(word)
    return stems


def _stems_of_s(word: str) -> tuple[str, ...]:
    stems: tuple[str, ...] = ()
    if not word.endswith("ss"):
        stems += (word[:-1],)
    if word.endswith("'s") or (len(word) > 4 and word.endswith("es") and not word.endswith("ies")):
        stems += (word[:-2],)
    if len(word) > 4 and word.endswith("ies"):
        stems += (word[:-3] + "y",)
    return stems


def _stems_of_ed(word: str) -> tuple[str, ...]:
    stems: tuple[str, ...] = ()
    if not word.endswith("dd"):
        stems += (word[:-1],)
    if len(word) > 4 and word.endswith("ed") and not word.endswith("eed"):
        stems += (word[:-2],)
    if len(word) > 5 and _DOUBLED_ED.search(word):
        stems += (word[:-3],)
    return stems


def _stems_of_ing(word: str) -> tuple[str, ...]:
    stems: tuple[str, ...] = (word[:-3],) if len(word) > 5 else ()
    stems += (word[:-3] + "e",)
    if len(word) > 5 and _DOUBLED.search(word):
        stems += (word[:-4],)
    return stems


def _choose(entry: Entry, tag: str, following: Following) -> str:
    if following.vowel is None and "None" in entry.by_tag:
        tag = "None"
    elif tag not in entry.by_tag:
        tag = parent(tag)
    return entry.by_tag.get(tag, entry.default)


def _in(tag: str, following: Following) -> str:
    return "ˈɪn" if following.vowel is None or tag != "IN" else "ɪn"
