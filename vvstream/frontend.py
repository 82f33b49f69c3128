"""The front end: pieces of text, cut anywhere -> spoken words, each as soon as it is settled.

Four stages, each a bounded window over the one before it (`text.ahead`): chunks between white
space, written words with their punctuation, readings, pronunciations. A word is released once the
first character of the next word has arrived, and where its reading or its sound depends on that
word, once that word is complete; a few rules look one word further. So what a word becomes never
depends on how the text was cut.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from vvstream.options import Accent
from vvstream.phonemes.english.accents import load_accents
from vvstream.phonemes.english.dictionary import DATA
from vvstream.phonemes.english.speaker import Pronouncer, Speaker
from vvstream.phonemes.english.tagger import Tagger
from vvstream.phonemes.user_lexicon import UserLexicon, load_user_lexicon
from vvstream.text.ahead import Ahead, NeedMore
from vvstream.text.customs import AMERICAN, BRITISH, Customs
from vvstream.text.items import Items, Reading
from vvstream.text.normalize import Normalizer
from vvstream.text.scanner import Chunk, Scanner
from vvstream.text.spoken import Skipped, SpokenWord
from vvstream.text.written import Writer, Written

LANGUAGES = ("en",)
_CUSTOMS: Final[Mapping[Accent, Customs]] = {"en-US": AMERICAN, "en-GB": BRITISH}


@dataclass(frozen=True, slots=True)
class Language:
    """The read-only data of a language, loaded once and shared by all front ends."""

    name: str
    accents: Mapping[Accent, Pronouncer]
    tagger: Tagger
    user: UserLexicon


def load_language(name: str, lexicon: Path | None = None) -> Language:
    """Load a language, with the users' lexicon where there is one. Takes some milliseconds.

    Raises:
        ValueError: no such language.
        LexiconError: the lexicon is not in order; the message names file and line.
        OSError: the lexicon cannot be read.
    """
    if name not in LANGUAGES:
        raise ValueError(f"no front end for language {name!r}; there is one for {LANGUAGES}")
    user = UserLexicon({}) if lexicon is None else load_user_lexicon(lexicon)
    return Language(name, load_accents(), Tagger(DATA / "tagger.safetensors"), user)


def _ignore(skipped: Skipped) -> None:
    pass


class FrontEnd:
    """One listener's text, one utterance after another. Cheap to build; not for two threads."""

    def __init__(
        self,
        language: Language,
        *,
        accent: Accent = "en-US",
        emoji: Literal["skip", "name"] = "skip",
        on_skipped: Callable[[Skipped], None] = _ignore,
        given: Callable[[], Items] = tuple,
    ) -> None:
        """`given`: the reading of the next place in the text where `text.items.GIVEN` stands."""
        self._on_skipped = on_skipped
        self._scanner = Scanner()
        self._chunks: Ahead[Chunk] = Ahead()
        self._writer = Writer(pictures=emoji == "name")
        self._written: Ahead[Written] = Ahead()
        self._normalizer = Normalizer(self._written, language.user.find, given, _CUSTOMS[accent])
        self._readings: Ahead[Reading] = Ahead()
        self._speaker = Speaker(self._readings, language.accents[accent], language.tagger)

    def push(self, text: str) -> list[SpokenWord]:
        """The words that are settled once `text` has followed what was pushed before.

        Takes time in proportion to `text`: push a long text in slices to have its first words at
        once. Slices make no difference to the words.
        """
        for chunk in self._scanner.push(text):
            self._chunks.add(chunk)
        return self._run()

    def finish(self) -> list[SpokenWord]:
        """The words still held back. What is pushed afterwards is a new utterance, whose offsets
        go on from here."""
        for chunk in self._scanner.finish():
            self._chunks.add(chunk)
        self._chunks.end()
        words = self._run()
        for stage in (self._chunks, self._written, self._readings):
            stage.restart()
        return words

    def _run(self) -> list[SpokenWord]:
        self._write()
        self._read()
        return self._speak()

    def _write(self) -> None:
        try:
            while (step := self._writer.next(self._chunks)) is not None:
                words, skipped = step
                for word in words:
                    self._written.add(word)
                for stretch in skipped:
                    self._on_skipped(stretch)
        except NeedMore:
            return
        self._written.end()

    def _read(self) -> None:
        try:
            while (reading := self._normalizer.next()) is not None:
                self._readings.add(reading)
        except NeedMore:
            return
        self._readings.end()

    def _speak(self) -> list[SpokenWord]:
        spoken: list[SpokenWord] = []
        try:
            while (words := self._speaker.next()) is not None:
                spoken += words
        except NeedMore:
            pass
        return spoken
