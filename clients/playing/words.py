"""The text in the terminal while it is spoken: the word that is heard now stands out."""

import asyncio
import unicodedata
from collections import deque
from collections.abc import Callable
from typing import TextIO

from vvstream_client import Event

BRIGHT, PLAIN = "\x1b[1;7m", "\x1b[0m"
LEFT = "\x1b[{}D"
TICK = 0.03  # seconds between looks at the clock


class Display:
    """Writes words as they are heard. A word never spans two lines, so it can be written again."""

    def __init__(self, out: TextIO, columns: int) -> None:
        self._out = out
        self._columns = max(columns, 8)
        self._column = 0
        self._shown = ""
        """The word that stands out now."""

    def show(self, before: str, word: str) -> None:
        """`word` begins to sound; `before` is the text between the last word and it."""
        self.settle()
        word = "".join(character for character in word if character.isprintable())
        for character in before:
            self._put("\n" if character == "\n" else character)
        if self._column and self._column + width(word) >= self._columns:
            self._break()
        if width(word) >= self._columns:  # too long to be written twice
            for character in word:
                self._put(character)
            self._out.flush()
            return
        self._out.write(f"{BRIGHT}{word}{PLAIN}")
        self._column += width(word)
        self._shown = word
        self._out.flush()

    def settle(self) -> None:
        """The word that stood out is over."""
        if self._shown:
            self._out.write(LEFT.format(width(self._shown)) + self._shown)
            self._shown = ""

    def note(self, text: str) -> None:
        """Something that is not spoken, on a line of its own."""
        self.settle()
        self._out.write(f"{'' if not self._column else chr(10)}[{text}]\n")
        self._column = 0
        self._out.flush()

    def close(self, rest: str = "") -> None:
        """The text is over; `rest` is what follows its last word."""
        self.settle()
        for character in rest.rstrip():
            self._put(character)
        if self._column:
            self._break()
        self._out.flush()

    def _put(self, character: str) -> None:
        if character == "\n":
            if self._column:
                self._break()
            return
        if character.isspace():
            character = " "
            if not self._column:
                return
        elif not character.isprintable():
            return  # a terminal would obey it
        if self._column + width(character) >= self._columns:
            self._break()
            if character == " ":
                return
        self._out.write(character)
        self._column += width(character)

    def _break(self) -> None:
        self._out.write("\n")
        self._column = 0


class Captions:
    """Shows each word when it is heard: a `playing.player.Follower`."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._coming: deque[tuple[float, str, str]] = deque()  # (start, text before it, word)

    def take(self, event: Event, written: tuple[str, str] | None) -> None:
        """A word that will be heard."""
        if written:
            self._coming.append((event["start"], *written))

    def drop(self, why: str) -> None:
        """Nothing of what is to come will be heard."""
        self._coming.clear()
        self._display.note(why)

    def show(self, heard: float) -> None:
        """Show what has been heard by now."""
        while self._coming and self._coming[0][0] <= heard:
            _, before, word = self._coming.popleft()
            self._display.show(before, word)

    async def follow(self, heard: Callable[[], float]) -> None:
        """Show words by this clock until cancelled."""
        while True:
            self.show(heard())
            await asyncio.sleep(TICK)

    def close(self, rest: str | None) -> None:
        """Finish the line: all was heard, and the text ends with `rest`; None: broken off."""
        if rest is not None:
            self.show(float("inf"))
        self._display.close(rest or "")


def width(text: str) -> int:
    """How many columns a text takes (Unicode East Asian Width; marks take none)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
