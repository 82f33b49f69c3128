"""What a text without spaces is taken apart into, and how it becomes spoken words again."""

from dataclasses import dataclass, replace
from typing import Final

from vvstream.text.spoken import SpokenWord

PAUSES: Final = frozenset(",;:.!?…—")

MARKS: Final = {
    "、": ",", "，": ",", ",": ",", "､": ",", "。": ".", "．": ".", ".": ".", "｡": ".",
    "！": "!", "!": "!", "？": "?", "?": "?", "；": ";", ";": ";", "：": ":", ":": ":",
    "…": "…", "‥": "…", "⋯": "…", "—": "—", "―": "—", "─": "—",
    "「": "“", "『": "“", "《": "“", "〈": "“", "«": "“", "“": "“", "【": "“", "〔": "(", "〖": "“",
    "」": "”", "』": "”", "》": "”", "〉": "”", "»": "”", "”": "”", "】": "”", "〕": ")", "〗": "”",
    "(": "(", ")": ")", "|": ",",
}  # fmt: skip
"""Punctuation -> the mark that the voices know."""

OPENING: Final = frozenset("(“")


@dataclass(frozen=True, slots=True)
class Say:
    """A word and its sound."""

    text: str
    """As it stands in the client's text."""
    start: int
    end: int
    phonemes: str
    """Never empty."""
    before: str = ""
    after: str = ""
    """Marks that are settled already."""


class Assembler:
    """The last stage: what is said and the marks between, in turn -> spoken words.

    A word waits until it is certain that no mark follows it.
    """

    def __init__(self, *, first: bool = True) -> None:
        """`first`: nothing was said before."""
        self._word: SpokenWord | None = None
        self._opening = ""
        self._first = first
        self._glue = " "

    def say(self, piece: Say) -> list[SpokenWord]:
        """The next word; gives back the one before it."""
        marks = ""
        for mark in piece.before.replace(" ", ""):
            if mark in OPENING:
                marks += mark
            else:
                self.mark(mark)
        released = self.settle()
        marks = merge(self._opening, marks)
        before = marks if self._first else self._glue + marks
        self._opening, self._first = "", False
        self._word = SpokenWord(
            piece.text, piece.start, piece.end, before, piece.phonemes, piece.after
        )
        return released

    def mark(self, mark: str) -> None:
        """A mark in the voice's own symbols: it opens the next word or closes the one before."""
        if mark in OPENING:
            self._opening = merge(self._opening, mark)
        elif self._word is not None:
            self._word = replace(self._word, after=merge(self._word.after, mark))

    def extend(self, place: int, phonemes: str) -> bool:
        """Say more for the word that waits, if it ends at `place`: "㌔" is one word of two."""
        if self._word is None or self._word.end != place:
            return False
        self._word = replace(self._word, phonemes=f"{self._word.phonemes} {phonemes}")
        return True

    def close(self) -> None:
        """A sentence ends here, where no mark says how."""
        if self._word is not None and not PAUSES & frozenset(self._word.after):
            self.mark(".")

    @property
    def opening(self) -> str:
        """Marks that have opened what no word has followed yet."""
        return self._opening

    def settle(self) -> list[SpokenWord]:
        """No more marks follow the word that waits."""
        if self._word is None:
            return []
        word, self._word = self._word, None
        self._glue = "" if word.after.endswith(("—", "…")) else " "
        return [word]

    def finish(self) -> list[SpokenWord]:
        """The last word; what comes then is a new utterance."""
        self.close()
        released = self.settle()
        self._opening = ""
        self._first, self._glue = True, " "
        return released


def merge(marks: str, more: str) -> str:
    """Marks in a row, none twice over, six at most: "!!!" is "!", "?!" stays."""
    for mark in more:
        if mark != marks[-1:]:
            marks += mark
    return marks[:6]
