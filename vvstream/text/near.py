"""The neighbours of the word being read: the one before, and those behind that a rule asks for."""

import re
from dataclasses import dataclass
from typing import Final

from vvstream.text.ahead import Ahead
from vvstream.text.customs import AMERICAN, Customs
from vvstream.text.written import Written

_NUMERIC: Final = frozenset(("quantity", "fraction", "range"))
_FIGURES: Final = frozenset("0123456789½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞")

_NOUNS: Final = frozenset(
    "bag bags bill bills note notes bulb bulbs battery batteries walk walks drive ride flight run "
    "race relay dash break boat boats cable cables screen screens tank tanks engine engines bottle "
    "bottles adapter adapters charger chargers pipe pipes hose".split()
)
"""Before them a measure is singular: "a pair of 60 W bulbs", "$100 bills"."""
_RELAY: Final = re.compile(r"\d+x\d+")
_PARTS: Final = frozenset("½⅓¼⅕⅙⅛")

STARTERS: Final = frozenset(
    "The A An It He She They We I You This That These Those There Here But And So If When In On At "
    "For As My His Her Our Their What Who Why How".split()
)
"""Words that, with a capital after an abbreviation, most likely begin a sentence."""
STARTING: Final = frozenset(word.lower() for word in STARTERS)


@dataclass(slots=True)
class Near:
    """What a rule may know besides the word itself."""

    written: Ahead[Written]
    previous: Written | None = None
    earlier: str = ""
    """The word before that one, in small letters; "" after a pause."""
    attributive: bool = False
    """The number before stands before a noun: "a 5 kg bag"."""
    dialling: bool = False
    """A telephone number is being read."""
    customs: Customs = AMERICAN

    @property
    def lead(self) -> str:
        """The word right before, in small letters; "" after a pause."""
        previous = self.previous
        return previous.text.lower() if previous is not None and previous.joined else ""

    @property
    def follows(self) -> bool:
        """Whether a word stands right before, without a pause."""
        return self.previous is not None and self.previous.joined

    @property
    def after_capital(self) -> bool:
        return self.follows and self.previous is not None and self.previous.text[0].isupper()

    @property
    def after_number(self) -> bool:
        return (
            self.follows
            and self.previous is not None
            and (
                self.previous.kind == "power"
                or (self.previous.kind in _NUMERIC and self.previous.text[-1] in _FIGURES)
                or _RELAY.fullmatch(self.previous.text) is not None
            )
        )

    @property
    def after_term(self) -> bool:
        """Whether a term of a formula stands right before: a figure, a letter, a power."""
        previous = self.previous
        return (
            self.follows
            and previous is not None
            and (len(previous.text) == 1 or previous.kind == "power" or self.after_number)
        )

    @property
    def after_symbol(self) -> bool:
        return self.follows and self.previous is not None and is_symbolic(self.previous)

    @property
    def after_one(self) -> bool:
        """Whether a unit stands in the singular: "1 kg", "a 5 kg bag"."""
        return self.attributive or self.lead == "1" or self.lead in _PARTS or self._part_of_one

    @property
    def _part_of_one(self) -> bool:
        above, stroke, below = self.lead.partition("/")
        return bool(stroke and above.isdecimal() and below.isdecimal() and int(above) < int(below))

    @property
    def before_noun(self) -> bool:
        """Whether the next word is a thing that is told by its measure."""
        following = self.next()
        return following is not None and following.text.lower() in _NOUNS

    def behind(self, i: int = 1) -> Written | None:
        """The word `i` places on, whatever stands between; None at the end.

        Raises:
            NeedMore: it has not arrived.
        """
        return self.written.peek(i)

    def next(self) -> Written | None:
        """The word right after, None where a pause or the end comes first.

        Raises:
            NeedMore: it has not arrived.
        """
        word = self.written.peek(0)
        return self.written.peek(1) if word is not None and word.joined else None


def is_symbolic(word: Written) -> bool:
    """A single capital or a figure: what stands beside a spelled letter."""
    return word.text.isdecimal() or (len(word.text) == 1 and word.text.isupper())
