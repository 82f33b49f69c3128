"""A front end for English that also reads stretches of Chinese and Japanese characters aloud.

Text without such characters goes through the English front end as it is. A stretch of them ends
the English before it, is read by the reader of its language (`text.cjk.whose`) and said in English
sounds.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vvstream.phonemes.foreign import as_spoken_in
from vvstream.text.abbreviations import TITLES
from vvstream.text.ahead import Ahead, NeedMore
from vvstream.text.characters import script
from vvstream.text.cjk.characters import RUNS, Character, is_native, written
from vvstream.text.cjk.pieces import MARKS, Assembler, Say
from vvstream.text.cjk.reader import Plain, Reader
from vvstream.text.cjk.whose import Tongue, whose
from vvstream.text.spoken import Skipped, SpokenWord

_NEAR: Final = 12
"""Characters of a stretch that show whether it is Japanese."""
_FACES: Final = {"ツ": ("_(", "\\(", "¯("), "シ": ("_(",), "づ": ("(", ")"), "ノ": (")",)}
"""Kana, and behind what they are, alone, part of a face: ¯\\_(ツ)_/¯."""
_OPENING: Final = re.compile(r'(?:^|\s)([(“"]+)$')
_LATELY: Final = 80
"""Characters before a stretch in which a language may be mentioned."""


class FrontEndWithGuests:
    """One listener's text, one utterance after another. Not for two threads."""

    def __init__(
        self,
        english: Callable[[Callable[[Skipped], None]], Plain],
        guests: Sequence[Reader],
        on_skipped: Callable[[Skipped], None] = lambda skipped: None,
    ) -> None:
        """`english` makes a front end for a stretch of English that tells what it skips."""
        self._open_english = english
        self._guests = guests
        self._on_skipped = on_skipped
        self._position = 0
        self._begin()

    def _begin(self) -> None:
        self._english: Plain | None = None
        self._base = self._position  # where the text of the English front end begins
        self._tail = ""  # what it was given last
        self._spoken = False
        self._follows = False  # the next English word follows a guest's
        self._opening = ""  # marks before that word, which were taken for the guest's
        self._stretch: _Stretch | None = None
        self._lately = ""  # the end of the English text so far
        self._shown: Tongue | None = None  # what the last stretch was that showed it

    def push(self, text: str) -> list[SpokenWord]:
        """The words that are settled once `text` has followed what was pushed before."""
        words: list[SpokenWord] = []
        for run in RUNS.findall(text):
            if is_native(run[0]):
                words += self._foreign(run)
            else:
                words += self._at_home(run)
            self._position += len(run)
        return words

    def finish(self) -> list[SpokenWord]:
        """The words still held back. What is pushed afterwards is a new utterance."""
        words = self._end_stretch(closes=True)
        if self._english is not None:
            words += self._passed(self._english.finish())
        self._begin()
        return words

    def _at_home(self, run: str) -> list[SpokenWord]:
        words: list[SpokenWord] = []
        place = self._position
        if self._stretch is not None:
            # What follows the stretch may be the mark that closes it.
            given = self._stretch.marks(run)
            place += given
            run = run[given:]
            if not run:
                return words
            words += self._end_stretch(closes=False)
        if self._english is None:
            self._base = place
            self._english = self._open_english(self._skip_from(place))
        self._tail = (self._tail + run)[-64:]
        self._lately = (self._lately + run)[-_LATELY:]
        return words + self._passed(self._english.push(run))

    def _skip_from(self, place: int) -> Callable[[Skipped], None]:
        def tell(skipped: Skipped) -> None:
            self._on_skipped(
                replace(skipped, start=skipped.start + place, end=skipped.end + place)
            )

        return tell

    def _passed(self, words: Sequence[SpokenWord]) -> list[SpokenWord]:
        """English words, at their places in the client's text."""
        passed = [replace(w, start=w.start + self._base, end=w.end + self._base) for w in words]
        if passed and self._follows:
            before = f" {self._opening}{passed[0].before.lstrip()}"
            passed[0] = replace(passed[0], before=before)
            self._follows, self._opening = False, ""
        self._spoken = self._spoken or bool(passed)
        return passed

    def _foreign(self, run: str) -> list[SpokenWord]:
        words: list[SpokenWord] = []
        if self._english is not None:
            finished = self._passed(self._english.finish())
            if finished and finished[-1].after == "." and (
                "." not in self._tail[-4:] or finished[-1].text in TITLES
            ):
                # The English goes on behind the stretch: its end is no sentence's.
                finished[-1] = replace(finished[-1], after="")
            words += finished
            self._english, self._tail = None, ""
        if self._stretch is None:
            assembler = Assembler(first=not self._spoken)
            context = _Context(self._lately, self._shown)
            self._stretch = _Stretch(assembler, self._guests, self._on_skipped, context)
            for mark in _opening(self._lately):
                assembler.mark(mark)
        return words + self._stretch.push(run, self._position)

    def _end_stretch(self, *, closes: bool) -> list[SpokenWord]:
        stretch, self._stretch = self._stretch, None
        if stretch is None:
            return []
        words = stretch.finish(closes=closes)
        self._shown = stretch.shown
        self._spoken = self._spoken or stretch.spoken
        self._follows = self._spoken
        self._opening = "" if closes else stretch.opening
        return words


def _opening(before: str) -> str:
    """The marks right before a stretch that open something."""
    found = _OPENING.search(before)
    return "" if found is None else found[1].replace('"', "“")


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands before a stretch."""

    before: str
    shown: Tongue | None


class _Stretch:
    """Chinese or Japanese characters, with the marks between them."""

    def __init__(
        self,
        assembler: Assembler,
        guests: Sequence[Reader],
        on_skipped: Callable[[Skipped], None],
        context: _Context,
    ) -> None:
        self._assembler = assembler
        self._lately = context.before
        self.shown = context.shown
        self._guests = guests
        self._on_skipped = on_skipped
        self._characters: Ahead[Character] = Ahead()
        self._reader: Reader | None = None
        self._before = ""
        self._closed = ""  # marks that wait for the characters before them
        self._parted = False  # marks or spaces have come after the characters
        self.spoken = False

    @property
    def opening(self) -> str:
        """Marks that have opened something behind its last word."""
        return self._assembler.opening

    def push(self, run: str, place: int) -> list[SpokenWord]:
        """More characters, the first at `place`."""
        words = self._flush() if self._parted else []
        for i, character in enumerate(run):
            self._characters.add(Character(character, character, place + i, place + i + 1))
        return words + self._read()

    def marks(self, run: str) -> int:
        """Take the marks and spaces that `run` begins with; returns how many they are."""
        taken = 0
        while taken < len(run) and (run[taken] in MARKS or run[taken].isspace()):
            self._closed += MARKS.get(run[taken], "")
            taken += 1
        self._parted = self._parted or taken > 0
        return taken

    def finish(self, *, closes: bool) -> list[SpokenWord]:
        """The rest; `closes`: the utterance ends with it."""
        words = self._flush()
        return words + (self._assembler.finish() if closes else self._assembler.settle())

    def _flush(self) -> list[SpokenWord]:
        """Nothing but marks follows the characters that have arrived."""
        self._characters.end()
        words = self._read()
        self._characters.restart()
        for mark in self._closed:
            self._assembler.mark(mark)
        self._closed, self._parted = "", False
        self._reader = None
        return words

    def _read(self) -> list[SpokenWord]:
        words: list[SpokenWord] = []
        try:
            while (character := self._characters.peek()) is not None:
                words += self._words(character)
        except NeedMore:
            return words
        self._before = ""
        return words

    def _words(self, character: Character) -> list[SpokenWord]:
        reader = self._reader
        if reader is None or not reader.speaks(character.text):
            reader = self._choose()
        if reader is None:
            self._characters.take()
            self._skip(character)
            return []
        self._reader = reader
        window, ended = self._window(reader)
        words: list[SpokenWord] = []
        for sound in reader.words(self._before, window, ended=ended):
            taken = [self._characters.take() for _ in range(sound.length)]
            self._before = "".join(c.text for c in taken)[-4:]
            phonemes = as_spoken_in("en", sound.phonemes, reader.language)
            phonemes = phonemes or self._by_another(written(taken))
            if not phonemes:
                self._skip(taken[0])
                continue
            self.spoken = True
            say = Say(written(taken), taken[0].start, taken[-1].end, phonemes)
            words += self._assembler.say(say)
        return words

    def _by_another(self, text: str) -> str:
        """What the reader of the stretch does not know: Chinese words in a Japanese one."""
        said = (as_spoken_in("en", g.phrase(text), g.language) for g in self._guests)
        return next((phonemes for phonemes in said if phonemes), "")

    def _choose(self) -> Reader | None:
        near = ""
        while len(near) < _NEAR and (character := self._characters.peek(len(near))) is not None:
            near += character.text
        if near in _FACES and self._lately.endswith(_FACES[near]):
            return None
        tongue, shows = whose(near, self._lately, self.shown)
        self.shown = tongue if shows else self.shown
        speaking = [guest for guest in self._guests if guest.speaks(near[0])]
        wanted = [guest for guest in speaking if guest.language == tongue]
        return next(iter(wanted or speaking), None)

    def _window(self, reader: Reader) -> tuple[str, bool]:
        window = ""
        while len(window) < reader.look:
            character = self._characters.peek(len(window))
            if character is None or not reader.speaks(character.text):
                return window, True
            window += character.text
        return window, False

    def _skip(self, character: Character) -> None:
        self._on_skipped(Skipped(character.start, character.end, script(character.text)))
