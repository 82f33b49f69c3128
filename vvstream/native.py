"""The front end of a language without spaces: pieces of text, cut anywhere -> spoken words.

Characters are read through the same window as the English stages (`text.ahead`): what a word
becomes depends on the text and never on how it was cut. A word of the language waits for as many
characters as its reader wants (`Reader.look`), or for the mark or space that ends the stretch.
Latin words go through the English front end; figures, signs and marks are this module's.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal

from vvstream.phonemes.foreign import as_spoken_in
from vvstream.text.ahead import Ahead, NeedMore
from vvstream.text.characters import is_picture, script
from vvstream.text.cjk.characters import Character, Clusters, is_latin, is_native, written
from vvstream.text.cjk.markdown import LINE_BREAKS, decoration, link
from vvstream.text.cjk.pieces import MARKS, Assembler, Say
from vvstream.text.cjk.reader import DASHES, ENDS, Plain, Reader
from vvstream.text.cjk.section import Section
from vvstream.text.emoji_names import emoji_name_in
from vvstream.text.items import GIVEN, Items
from vvstream.text.spoken import Skipped, SpokenWord

_FIGURE: Final = frozenset("0123456789.,:：/-~～—%‰+±$€£¥￥₩₽₹°")
_SIGNED: Final = frozenset("+-±$€£¥￥₩₽₹")
_SCALES: Final = frozenset("十百千万億亿兆")
_FIGURE_LENGTH: Final = 40
_BEHIND_FIGURE: Final = 6
"""Characters behind a figure that may name what it counts."""
_BETWEEN: Final = frozenset("+=×÷～~→<>≈≠≤≥")
"""Signs that are said between two things and nowhere else."""
_RAISED: Final = frozenset("²³")
_SECTION_GAP: Final = 40
"""Characters without a letter that a stretch of English may have inside."""
_CONTEXT: Final = 4


class NativeFrontEnd:
    """One listener's text, one utterance after another. Cheap to build; not for two threads."""

    def __init__(
        self,
        reader: Reader,
        english: Callable[[], Plain],
        *,
        guests: Sequence[Reader] = (),
        own: Mapping[str, str] = MappingProxyType({}),
        emoji: Literal["skip", "name"] = "skip",
        on_skipped: Callable[[Skipped], None] = lambda skipped: None,
        given: Callable[[], Items] = tuple,
    ) -> None:
        """`english` makes a front end for a stretch of Latin words; `guests` read what `reader`
        does not; `own` has the sounds of the words of the users' lexicon; `given`: the sounds of
        the next place in the text where `text.items.GIVEN` stands."""
        self._reader = reader
        self._open_english = english
        self._guests = guests
        self._own_words = own
        self._names = emoji == "name"
        self._on_skipped = on_skipped
        self._given = given
        self._clusters = Clusters()
        self._characters: Ahead[Character] = Ahead()
        self._assembler = Assembler()
        self._begin()

    def _begin(self) -> None:
        self._before = ""  # what the next word follows without a mark between
        self._last = ""  # the character before
        self._opens_line = True  # only marks of lists, headings and tables came since it began
        self._section: Section | None = None
        self._skipped: Skipped | None = None
        self._end = 0  # of the last word, in the client's text

    def push(self, text: str) -> list[SpokenWord]:
        """The words that are settled once `text` has followed what was pushed before."""
        self._clusters.push(text, self._characters)
        return self._run()

    def finish(self) -> list[SpokenWord]:
        """The words still held back. What is pushed afterwards is a new utterance, whose offsets
        go on from here."""
        self._clusters.finish(self._characters)
        self._characters.end()
        words = self._run() + self._end_section()
        self._tell_skipped()
        words += self._assembler.finish()
        self._characters.restart()
        self._begin()
        return words

    def _run(self) -> list[SpokenWord]:
        words: list[SpokenWord] = []
        try:
            while (character := self._characters.peek()) is not None:
                if _speakable(character.text) and not character.again:
                    words += self._assembler.settle()
                step = self._step if self._section is None else self._go_on
                words += step(character)
        except NeedMore:
            pass
        return words

    # Each step looks at all that it needs before it takes anything.

    def _step(self, character: Character) -> list[SpokenWord]:
        text = character.text
        if length := decoration(self._characters, opens_line=self._opens_line):
            opens = self._opens_line
            self._take(length)
            self._opens_line = opens
            return []
        if text == GIVEN:
            return self._say(self._take(1), " ".join(item.text for item in self._given()))
        if is_latin(text):
            self._section = Section(self._open_english())
            return []
        signed = text in _SIGNED or (text in DASHES and self._last in ENDS)
        if text.isdecimal() or (signed and self._opens_figure()):
            before = self._before[-2:] or self._last
            length, phonemes = self._reader.figure(before, self._figure())
            if length:
                return self._say(self._take(length), phonemes)
        if is_native(text):
            return self._native(text)
        if is_picture(text):
            (taken,) = self._take(1)
            name = emoji_name_in(taken.raw, self._reader.language) if self._names else ""
            return self._say([taken], self._reader.phrase(name)) if name else []
        if text in MARKS:
            return self._mark(text)
        if text.isspace():
            ends_line = character.raw in LINE_BREAKS
            pauses = not ends_line and self._pauses_here()
            self._take(1)
            if ends_line:
                self._assembler.close()
                self._opens_line = True
            elif pauses:
                self._assembler.mark(",")
            return []
        return self._sign(character)

    def _take(self, length: int) -> list[Character]:
        taken = [self._characters.take() for _ in range(length)]
        self._opens_line = self._opens_line and taken[-1].text.isspace()
        self._last = taken[-1].text
        self._before = ""
        return taken

    def _say(
        self, taken: Sequence[Character], phonemes: str, before: str = "", after: str = ""
    ) -> list[SpokenWord]:
        """A word; `before` and `after` are marks around it that are settled."""
        if not phonemes:
            for character in taken:
                self._skip(character)
            return []
        self._tell_skipped()
        first, end = taken[0], taken[-1].end
        if first.start < self._end:  # "㌔" is one character of two words
            self._assembler.extend(self._end, phonemes)
            return []
        self._end = end
        return self._assembler.say(
            Say(written(taken), first.start, end, phonemes, before, after)
        )

    def _mark(self, text: str) -> list[SpokenWord]:
        run = 1
        if text in ".。":
            behind = self._characters.peek(1)
            run += behind is not None and behind.text == text
        self._take(run)
        self._assembler.mark("…" if run > 1 else MARKS[text])
        return []

    def _pauses_here(self) -> bool:
        """Whether the space ahead stands for a mark."""
        if not (self._reader.pauses_at_spaces and is_native(self._last)):
            return False
        behind = self._characters.peek(1)
        return behind is not None and is_native(behind.text)

    def _sign(self, character: Character) -> list[SpokenWord]:
        text = character.text
        behind = self._characters.peek(1)
        following = "" if behind is None else behind.text
        said = self._reader.symbol(text)
        between = _speakable(self._last) and _speakable(following)
        lone = text not in (self._last, following)
        self._take(1)
        if said and lone and (between or text not in _BETWEEN):
            return self._say([character], said)
        if text == "-" and following == "-":
            self._assembler.mark("—")
        if not said and unicodedata.category(text)[0] in "LNC" and text.isprintable():
            self._skip(character)
        elif unicodedata.category(text) == "Cs":
            self._skip(character)
        return []

    # Figures.

    def _opens_figure(self) -> bool:
        if self._last in _RAISED or (_speakable(self._last) and self._last.isascii()):
            return False
        behind = self._characters.peek(1)
        return behind is not None and behind.text.isdecimal()

    def _figure(self) -> str:
        """The figure, and so much behind it that its reading is certain."""
        text = ""
        wide = False  # the figure before is: "１，０００"
        while len(text) < _FIGURE_LENGTH:
            character = self._characters.peek(len(text))
            if character is None:
                break
            wide = character.text == "，" and wide
            if character.text not in _FIGURE and not wide and character.text not in _SCALES:
                break
            text += "," if wide else character.text
            wide = character.raw != character.text
        for _ in range(_BEHIND_FIGURE):
            character = self._characters.peek(len(text))
            if character is None:
                break
            text += character.text
        return text

    # Words of the language, or of a guest's.

    def _native(self, text: str) -> list[SpokenWord]:
        reader = next((r for r in (self._reader, *self._guests) if r.speaks(text)), None)
        if reader is None:
            (character,) = self._take(1)
            self._skip(character)
            return []
        window, ended = self._window(reader)
        length, said = self._own(window)
        if said:
            return self._say(self._take(length), said)
        if length:
            window, ended = window[:length], True
        sounds = reader.words(self._before, window, ended=ended)
        before = self._before
        words: list[SpokenWord] = []
        for sound in sounds:
            taken = self._take(sound.length)
            phonemes = sound.phonemes
            if reader is not self._reader:
                phonemes = as_spoken_in(self._reader.language, phonemes, reader.language)
            elif not phonemes:
                phonemes = self._by_guest(taken)
            words += self._say(taken, phonemes)
            before += "".join(c.text for c in taken)
        self._before = before[-_CONTEXT:]
        return words

    def _window(self, reader: Reader) -> tuple[str, bool]:
        """The characters ahead that can be words, and whether the stretch ends with them."""
        window = ""
        while len(window) < reader.look:
            character = self._characters.peek(len(window))
            if character is None or not reader.speaks(character.text):
                return window, True
            if reader is not self._reader and self._reader.speaks(character.text):
                return window, True
            window += character.text
        return window, False

    def _own(self, window: str) -> tuple[int, str]:
        """The characters at the beginning of the window that stand before the first word of the
        users' lexicon, or that word and its sound."""
        for start in range(len(window) if self._own_words else 0):
            for end in range(len(window), start, -1):
                said = self._own_words.get(window[start:end])
                if said is not None:
                    return (end, said) if start == 0 else (start, "")
        return 0, ""

    def _by_guest(self, taken: Sequence[Character]) -> str:
        text = "".join(c.text for c in taken)
        for guest in self._guests:
            phonemes = guest.phrase(text)
            if phonemes:
                return as_spoken_in(self._reader.language, phonemes, guest.language)
        return ""

    # English inside.

    def _go_on(self, character: Character) -> list[SpokenWord]:
        section = self._section
        assert section is not None
        length = self._continues(section, character)
        if length == 0:
            return self._end_section()
        taken = self._take(length)
        section.places += taken
        words = self._english(section, section.front.push("".join(c.text for c in taken)))
        # More of the stretch follows: the English front end has seen the marks behind its words.
        return words + self._assembler.settle()

    def _continues(self, section: Section, character: Character) -> int:
        """How many characters ahead still belong to the stretch of English."""
        text = character.text
        if is_latin(text):
            return 1
        if text == "]" and link(self._characters):
            return 0
        if section.in_address and text.isascii() and not text.isspace():
            return self._address(text)
        last = section.places[-1].text
        if text == "." and section.is_dotted():
            return 1
        if text.isdecimal() and section.is_half_of_a_day():
            return 0
        if text in "+#" and (is_latin(last) or last == text):
            return 1
        if text.isdecimal() and not self._reader.keeps_digits and not last.isspace():
            return 1
        for ahead in range(_SECTION_GAP):
            inside = self._characters.peek(ahead)
            if inside is None or not (inside.text.isascii() or inside.text in "’‘"):
                break
            if is_latin(inside.text):
                return ahead
            if inside.text.isdecimal() and self._reader.keeps_digits and section.is_one_word():
                break
            attached = ahead == 1 and text in "-._" and inside.text.isdecimal()
            if attached and not self._reader.keeps_digits:
                return 2
        return 0

    def _address(self, text: str) -> int:
        """Of a URL or address, a mark at its end is not part of it."""
        if text.isalnum():
            return 1
        behind = self._characters.peek(1)
        inside = behind is not None and behind.text.isascii() and not behind.text.isspace()
        return 1 if inside or text in "/#=" else 0

    def _end_section(self) -> list[SpokenWord]:
        section, self._section = self._section, None
        if section is None:
            return []
        words = list(section.front.finish())
        if words:
            # The stretch ends with a letter: what stands behind it is only the stretch's end.
            words[-1] = replace(words[-1], after="")
        return self._english(section, words)

    def _english(self, section: Section, words: Sequence[SpokenWord]) -> list[SpokenWord]:
        said: list[SpokenWord] = []
        for word in words:
            phonemes = self._reader.english(word.text, word.phonemes)
            characters = section.take(word.start, word.end)
            said += self._say(characters, phonemes, word.before, word.after)
        return said

    # What cannot be said.

    def _skip(self, character: Character) -> None:
        now = Skipped(character.start, character.end, script(character.raw[0]))
        last = self._skipped
        if last is not None and last.end == now.start:
            self._skipped = replace(last, end=now.end)
            return
        self._tell_skipped()
        self._skipped = now

    def _tell_skipped(self) -> None:
        skipped, self._skipped = self._skipped, None
        if skipped is not None:
            self._on_skipped(skipped)


def _speakable(character: str) -> bool:
    return bool(character) and (character.isalnum() or is_native(character))
