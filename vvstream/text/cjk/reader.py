"""What the front end of a language without spaces asks of the language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from vvstream.text.spoken import SpokenWord

DASHES: Final = frozenset("-~～〜—")
ENDS: Final = frozenset("年月日号點点時时分")
"""Behind them a dash before a figure is a range's: "5月1日-5月7日"."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is said for the next `length` characters; "" for what cannot be said."""

    length: int
    phonemes: str


class Plain(Protocol):
    """The front end of a language with spaces: see `vvstream.frontend.FrontEnd`."""

    def push(self, text: str) -> Sequence[SpokenWord]:
        """The words that this piece settled."""

    def finish(self) -> Sequence[SpokenWord]:
        """The rest."""


class Reader(Protocol):
    """One language: characters, figures and signs to phonemes. Shared by all listeners."""

    language: Literal["ja", "zh"]
    look: int
    """Characters that a word waits for, where no mark or space comes sooner."""
    keeps_digits: bool
    """Digits right behind a foreign word ("GPT-4") are said in this language."""

    pauses_at_spaces: bool
    """A space between two of its characters stands for a mark."""

    def load(self) -> None:
        """Load the dictionaries now, and not at the first word. Raises ImportError."""

    def speaks(self, character: str) -> bool:
        """Whether a character can be part of a word."""

    def words(self, before: str, window: str, *, ended: bool) -> Sequence[Sound]:
        """The words of `window` that nothing behind it can change any more, one at least.

        `before`: a few characters right before it, without a mark between; `ended`: the stretch of
        characters ends with the window.
        """

    def figure(self, before: str, text: str) -> tuple[int, str]:
        """How much of the beginning of `text` is a figure, and its sound; (0, "") for none.

        `before`: the few characters right before it.
        """

    def symbol(self, character: str) -> str:
        """The sound of a sign between words, "" for one that is silent."""

    def phrase(self, text: str) -> str:
        """The sound of words of this language that are known whole."""

    def english(self, text: str, phonemes: str) -> str:
        """How this voice says an English word, written so and said so in English."""
