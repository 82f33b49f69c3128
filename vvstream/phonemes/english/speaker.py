"""Readings -> spoken words: the last stage of the English front end.

A word waits for the one behind it only where that one matters: for its part of speech, and for
"the", "to" and their like, which sound different before vowels and before pauses.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, assert_never

from vvstream.phonemes.english import rules
from vvstream.phonemes.english.heteronyms import by_neighbours, hint
from vvstream.phonemes.english.kin import american_spellings, county, halves
from vvstream.phonemes.english.lexicon import Following, Lexicon
from vvstream.phonemes.english.tagger import BEGIN, END, PAUSE, STOP, Tagger
from vvstream.text.ahead import Ahead
from vvstream.text.items import Item, Reading
from vvstream.text.spoken import SpokenWord

_PAUSES: Final = frozenset(",;:—…")
_STOPS: Final = frozenset(".!?")
_CAMEL: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+(?:'[a-z]+)?|'")
_IRISH: Final = re.compile("[Oo]'([A-Z][A-Za-z]+)")
_NOTHING: Final = Following()


class Pronouncer:
    """One spoken word -> phonemes, never empty for a word with letters. Read-only, shared."""

    def __init__(
        self,
        lexicon: Lexicon,
        guess: Callable[[str, str], str],
        adapt: Callable[[str, str], str],
        names: Mapping[str, str],
        named: Callable[[str], str] = lambda word: "",
    ) -> None:
        """`guess`: a word that the lexicon does not know and its tag -> phonemes, "" for none.

        `adapt`: spelling and phonemes that may be of another accent -> those of the lexicon's.
        `names`: words in small letters that the lexicon does not know well. `named`: asked for what
        it does not know at all, "" for none.
        """
        self.lexicon = lexicon
        self.adapt = adapt
        self._names = names
        self._guess = guess
        self._named = named

    def say(
        self, item: Item, tag: str = "", following: Following = _NOTHING, spelling: str = ""
    ) -> str:
        """`spelling`: the word as it was written, where `item` holds its phonemes."""
        match item.how:
            case "phonemes" | "letters":
                text = item.text.removesuffix("'s")
                if item.how == "letters":
                    said = self.lexicon.spell(text)
                else:
                    said = self.adapt(spelling, text)
                own = said and item.text.endswith("'s")
                return self.lexicon.suffixes.plural(said) if own else said
            case "weak":
                return rules.unstress(self._word(item.text, tag, following))
            case "word":
                return self._word(item.text, item.tag or tag, following)
            case how:
                assert_never(how)

    def starts_with_vowel(self, item: Item) -> bool | None:
        """Whether the first sound of a word is a vowel; None where it has no sound."""
        if item.how == "word" and item.text in ("a", "A"):
            return False  # as the teacher was transcribed: "tə ɐ"
        guess = "NNP" if item.text.isupper() else ""
        sounds = (p in rules.VOWELS for p in self.say(item, guess) if p not in "ˈˌ")
        return next(sounds, None)

    def _word(self, word: str, tag: str, following: Following) -> str:
        if len(word) > 5 and word.isupper() and not self.lexicon.lists(word):
            word = word.capitalize()  # shouted, or an acronym that is read as a word
        if word.lower() in self._names and (len(word) > 2 or word.istitle()):
            return self._names[word.lower()]
        genitive = word.lower().endswith("'s") and len(word) > 2
        named = genitive and word.lower()[:-2] in self._names
        said = ("" if named else self.lexicon.say(word, tag, following)) or self._named(word)
        if said:
            return said
        if genitive:
            stem = self._word(word[:-2], tag, following)
            return self.lexicon.suffixes.plural(stem) if stem else ""
        irish = _IRISH.fullmatch(word)
        if irish is not None:
            name = rules.unstress(self.lexicon.spell("O"))
            return name + self._word(irish[1], tag, following)
        if "-" in word.strip("-"):
            return self._compound([p for p in word.split("-") if p], tag, following)
        parts = _CAMEL.findall(word)
        if len(parts) > 1 and not word.istitle():
            if self.lexicon.lists(word.lower()):
                return self._word(word.lower(), tag, following)
            return self._compound(parts, tag, following)
        return self._unknown(word, tag)

    def _compound(self, parts: list[str], tag: str, following: Following) -> str:
        said: list[str] = []
        for part in reversed(parts):
            said.insert(0, "mək" if part == "Mc" else self._word(part, tag, following))
            following = Following(self.starts_with_vowel(Item(part)))
        return rules.compound(said, letter_first=len(parts[0]) == 1)

    def _unknown(self, word: str, tag: str) -> str:
        for most in (2, 1):
            squeezed = re.sub(rf"(.)\1{{{most},}}", r"\1" * most, word)
            if squeezed != word:
                said = self.lexicon.say(squeezed, tag)
                if said:
                    return said
        if not re.search("[aeiouyAEIOUY]", word):
            if word.endswith("s") and 3 < len(word) < 7:
                return self.lexicon.suffixes.plural(self.lexicon.spell(word[:-1]))  # "llms"
            return self.lexicon.spell(word[:24])
        return self._akin(word.lower()) or self._guess(word, tag) or self.lexicon.spell(word[:24])

    def _akin(self, word: str) -> str:
        """By another spelling, or by the parts of a compound; "" for neither."""
        for spelling in american_spellings(word):
            said = self.lexicon.say(spelling)
            if said:
                return said
        if town := county(word):
            return self._word(town.capitalize(), "NNP", _NOTHING) + self.lexicon.suffixes.shire
        parts = halves(word, self.lexicon.common)
        if parts is None:
            return ""
        first, last = (self._word(part, "", _NOTHING) for part in parts)
        return rules.emphasise(first, strongly=True) + rules.demote(last)


@dataclass(frozen=True, slots=True)
class _History:
    """What has been read, as far as the tagger looks back: the nearest word first."""

    words: tuple[str, str] = (BEGIN, BEGIN)
    tags: tuple[str, str] = (BEGIN, BEGIN)
    untagged: str = ""
    """The newest word, where nobody has asked for its tag yet."""

    def push(self, word: str, tag: str) -> "_History":
        return _History((word, self.words[0]), (tag, self.tags[0]))


class Speaker:
    """The last stage: readings in, spoken words out."""

    def __init__(self, readings: Ahead[Reading], pronouncer: Pronouncer, tagger: Tagger) -> None:
        self._readings = readings
        self._pronouncer = pronouncer
        self._tagger = tagger
        self._begin()

    def _begin(self) -> None:
        self._first = True
        self._glue = " "
        self._history = _History()

    def next(self) -> list[SpokenWord] | None:
        """The next spoken word (none for a reading without sound), None at the end.

        Raises:
            NeedMore: how it sounds depends on a word that has not arrived.
        """
        reading = self._readings.peek(0)
        if reading is None:
            self._begin()
            return None
        history = self._before(reading)
        phonemes, tag = self._say(reading, history)
        # Nothing more can be missing: from here on things change.
        self._readings.take()
        if tag:
            history = history.push(reading.text, tag)
        else:
            history = replace(history, untagged=reading.text)
        stop = _mark(reading.after)
        self._history = self._tagged(history, stop).push(stop, stop) if stop else history
        if not phonemes:
            return []
        space = " " if reading.spaced else self._glue
        before = reading.before.lstrip() if self._first else space + reading.before.lstrip()
        self._first = False
        self._glue = "" if reading.after.endswith(("—", "…")) else " "
        return [
            SpokenWord(reading.text, reading.start, reading.end, before, phonemes, reading.after)
        ]

    def _before(self, reading: Reading) -> _History:
        """The history right before a reading, with the marks that stand before it."""
        mark = _mark(reading.before)
        history = self._tagged(self._history, mark or reading.text)
        return history.push(mark, mark) if mark else history

    def _tagged(self, history: _History, following: str) -> _History:
        word = history.untagged
        if not word:
            return history
        return history.push(word, self._tagger.tag(word, *history.words, following, *history.tags))

    def _say(self, reading: Reading, history: _History) -> tuple[str, str]:
        """The phonemes, and the tag where it was needed."""
        if not reading.items:
            return "", "SYM"
        tag = ""
        last = reading.items[-1]
        lexicon = self._pronouncer.lexicon
        if reading.plain and not last.tag and lexicon.depends_on_tag(last.text):
            behind = self._following_word(reading)
            tag = self._tagger.tag(reading.text, *history.words, behind, *history.tags)
            tag = hint(tag, history.tags[0], history.words[0], behind)
        said: list[str] = []
        for i, item in enumerate(reading.items):
            if i + 1 < len(reading.items):
                following = self._before_item(reading.items[i + 1])
            elif lexicon.depends_on_following(item.text):
                following = self._following(reading)
            else:
                following = Following(vowel=False)
            own = None
            if reading.plain:
                own = by_neighbours(reading.text, history.words, partial(self._behind, reading))
            if own is not None:
                sounds = self._pronouncer.adapt(reading.text, own)
            else:
                sounds = self._pronouncer.say(item, tag, following, reading.text)
            if sounds:
                said.append(sounds + "," * (item.tag == PAUSE))
        return rules.to_teacher(" ".join(said)), tag

    def _before_item(self, item: Item) -> Following:
        return Following(self._pronouncer.starts_with_vowel(item), item.text == "to")

    def _following(self, reading: Reading) -> Following:
        if _mark(reading.after):
            return _NOTHING
        behind = self._readings.peek(1)
        if behind is None or _mark(behind.before) or not behind.items:
            return _NOTHING
        to = behind.plain and behind.text.lower() == "to"
        return Following(self._pronouncer.starts_with_vowel(behind.items[0]), to)

    def _behind(self, reading: Reading, at: int) -> str:
        """The word `at` places on, "" where a pause or the end comes first."""
        for i in range(1, at + 1):
            following = None if _mark(reading.after) else self._readings.peek(i)
            if following is None or _mark(following.before):
                return ""
            reading = following
        return reading.text

    def _following_word(self, reading: Reading) -> str:
        mark = _mark(reading.after)
        if mark:
            return mark
        behind = self._readings.peek(1)
        return END if behind is None else _mark(behind.before) or behind.text


def _mark(marks: str) -> str:
    """What the tagger sees of punctuation: a pause, a stop, or nothing."""
    if any(m in _STOPS for m in marks):
        return STOP
    return PAUSE if any(m in _PAUSES or m in "()" for m in marks) else ""
