"""Pieces of text -> chunks: what stands between two stretches of white space, with its offsets.

A chunk is released once the white space after it and the first character of the next chunk are
known, so that its reader knows whether a line or a paragraph ends here. The white space itself is
bounded memory: only its line breaks are counted.
"""

import re
from dataclasses import dataclass
from typing import Final

from vvstream.text.characters import is_picture

LONGEST: Final = 256
"""Characters after which a chunk is cut even without white space."""

_WRAPPED_LINE: Final = 50
"""A line break after this many characters is taken for the width of a page, not for an end."""

_PART: Final = re.compile(r"\s+|\S+")
_BULLETS: Final = frozenset("-*•·‣◦▪–—+>#|=")
_BREAKS: Final = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Chunk:
    text: str
    start: int
    """Offset of its first character in the client's text."""
    opens_line: bool
    """First of its line."""
    closes: bool
    """A paragraph, list item or heading ends with it."""
    following: str
    """The first character of the next chunk, "" at the end of the utterance."""
    wraps: bool = False
    """A line ends with it that may go on, or an item of a list may follow."""


class Scanner:
    """One utterance after another; offsets run on."""

    def __init__(self) -> None:
        self._position = 0
        self._line_start = 0
        self._begin()

    def _begin(self) -> None:
        self._text = ""
        self._start = 0
        self._opens_line = True
        self._complete = False  # white space has followed the text
        self._breaks = 0
        self._last_break = ""
        self._width = 0  # of the line that the first of the breaks ended

    def push(self, text: str) -> list[Chunk]:
        """The chunks that are complete once `text` has followed what was pushed before."""
        chunks: list[Chunk] = []
        for part in _PART.findall(text):
            if part[0].isspace():
                self._white(part)
            else:
                self._black(part, chunks)
            self._position += len(part)
        return chunks

    def finish(self) -> list[Chunk]:
        """The last chunk, if any; afterwards a new utterance may be pushed."""
        chunks = [self._chunk("", closes=True)] if self._text else []
        self._begin()
        self._line_start = self._position
        return chunks

    def _white(self, part: str) -> None:
        self._complete = self._complete or bool(self._text)
        for i, character in enumerate(part):
            if character in _BREAKS:
                # A carriage return and its line feed are one break.
                if not (character == "\n" and self._last_break == "\r"):
                    self._breaks += 1
                if self._breaks == 1:
                    self._width = self._position + i - self._line_start
                self._line_start = self._position + i + 1
            self._last_break = character

    def _black(self, part: str, chunks: list[Chunk]) -> None:
        if self._complete:
            ends = self._is_end(part[0])
            # A figure may be an item's number, however long the line before it was.
            short = self._width < _WRAPPED_LINE or part[0].isdecimal() or part[0] == "("
            wraps = self._breaks == 1 and not ends and short
            chunks.append(self._chunk(part[0], closes=ends, wraps=wraps))
        if self._complete or not self._text:
            opens = self._breaks > 0 or (self._opens_line and not self._complete)
            self._text, self._start = "", self._position
            self._opens_line, self._complete = opens, False
        self._breaks, self._last_break = 0, ""
        text = self._text + part
        cut = 0
        while len(text) - cut > LONGEST:
            self._text = text[cut : cut + LONGEST]
            chunks.append(self._chunk(text[cut + LONGEST], closes=False))
            self._start += LONGEST
            self._opens_line = False
            cut += LONGEST
        self._text = text[cut:]

    def _is_end(self, following: str) -> bool:
        """Whether the line breaks after the chunk end what it says."""
        if self._breaks == 0:
            return False
        if self._breaks > 1 or following in _BULLETS or is_picture(following):
            return True
        return self._width < _WRAPPED_LINE and not following.islower()

    def _chunk(self, following: str, *, closes: bool, wraps: bool = False) -> Chunk:
        return Chunk(self._text, self._start, self._opens_line, closes, following, wraps)
