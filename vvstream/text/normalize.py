"""Written words -> readings: which of the rules speaks for a word, given its neighbours."""

import re
from collections.abc import Callable
from typing import Final

from vvstream.text import abbreviations as ab
from vvstream.text import dates, figures, formulas, money_units, numbers, plain, short, web
from vvstream.text.ahead import Ahead
from vvstream.text.customs import AMERICAN, Customs
from vvstream.text.emoji_names import CHECKS, emoji_name
from vvstream.text.items import Item, Items, Reading, letters, words
from vvstream.text.near import Near
from vvstream.text.written import PAUSES, STOPS, Written


class Normalizer:
    """The third stage: written words in, readings out."""

    def __init__(
        self,
        written: Ahead[Written],
        user: Callable[[str], Items | None],
        given: Callable[[], Items] = tuple,
        customs: Customs = AMERICAN,
    ) -> None:
        """`user`: readings of words; `given`: that of the next place where GIVEN stands."""
        self._written = written
        self._user = user
        self._given = given
        self._near = Near(written, customs=customs)

    def next(self) -> Reading | None:
        """The reading of the next word, or of the next two where they are said in another order.

        Returns None at the end of the utterance.

        Raises:
            NeedMore: a word that decides has not arrived.
        """
        word = self._written.peek(0)
        if word is None:
            self._near = Near(self._written, customs=self._near.customs)
            return None
        taken, items, stop = self._read(word)
        if word.kind in _COUNTED and self._near.customs.and_in_numbers:
            items = numbers.with_and(items)
        dialled = self._dials(word)
        # All that may be missing has been asked for: from here on things change.
        last = word
        for _ in range(taken):
            last = self._written.take()
        after = _after(last, stop=stop)
        text, end = word.raw if taken == 1 else f"{word.raw} {last.raw}", last.end
        if stop and items == (Item(word.text[:-1]),) and text.endswith("."):
            text, end = text[:-1], end - 1  # no abbreviation: the full stop is the sentence's
        as_is = word.kind == "word" and items == (Item(word.text),)
        if last.genitive and items:
            items = _genitive(items)
        self._step(word, last, dialled=dialled)
        return Reading(text, word.start, end, word.before, items, after, word.spaced, as_is)

    def _dials(self, word: Written) -> bool:
        """Whether a telephone number is being read, and this is a group of it."""
        if word.kind == "phone" or (self._near.dialling and word.text[-1].isdecimal()):
            return True
        return word.kind == "quantity" and figures.dials(word, word.text, self._near)

    def _step(self, word: Written, last: Written, *, dialled: bool) -> None:
        near = self._near
        near.attributive = word.kind == "quantity" and near.lead in ("a", "an")
        near.dialling = dialled and (last.joined or last.after == ")")
        near.earlier = near.lead
        near.previous = last

    def _read(self, word: Written) -> tuple[int, Items, bool]:
        """How many written words a reading takes, its items, and whether a sentence ends."""
        own = self._user(word.text)
        if own is None and word.text.endswith("'s"):
            stem = self._user(word.text[:-2])
            own = None if stem is None else _genitive(stem)
        if own is not None:
            return 1, own, False
        near = self._near
        match word.kind:
            case "money":
                return self._money(word)
            case "title" | "short" | "dotted" | "initial":
                items, ends = _ABBREVIATED[word.kind](word, near)
                return 1, items, ends
            case "given":
                return 1, self._given(), False
            case "picture":
                return 1, emoji_name(word.raw), False
            case "rate":
                return 1, money_units.unit(word.text, one=near.after_one) or (), False
            case "symbol" if word.text in "-–−/":
                return 1, figures.dash(word, near), False
            case "symbol" if word.text in _UNEQUAL and _has_verb(near):
                return 1, words(ab.SYMBOLS[word.text].removeprefix("is ")), False
            case "symbol" if word.text in _COMPARED and near.after_term:
                return 1, words(f"is {ab.SYMBOLS[word.text]}"), False
            case "word" if word.text in money_units.CODES:
                return self._currency(word)
            case "time":
                return 1, self._time(word), False
            case "date" | "isodate":
                return 1, dates.date(word.text, near.customs), False
            case kind if kind in _CONTEXTUAL:
                return 1, _CONTEXTUAL[kind](word, near), False
            case _:
                return 1, _ALONE[word.kind](word.text), False

    def _money(self, word: Written) -> tuple[int, Items, bool]:
        one = self._near.lead in ("a", "an")
        following = self._near.next()
        if following is not None and following.text in money_units.MAGNITUDES:
            said = money_units.money(word.text, following.text, attributive=one)
            return 2, said, False
        one = one or self._near.before_noun
        return 1, money_units.money(word.text, attributive=one), False

    def _currency(self, word: Written) -> tuple[int, Items, bool]:
        """ "USD" "20" -> "twenty U S dollars"."""
        following = self._near.next()
        if following is not None and following.text.replace(",", "").isdecimal():
            code = money_units.code(word.text)
            return 2, (*numbers.whole(following.text), *code), False
        return 1, plain.word(word, self._near), False

    def _time(self, word: Written) -> Items:
        said = dates.time(word.text)
        if said[-1].text == "o'clock":
            following = self._near.next()
            if following is not None and following.text.lower().rstrip(".") in _HALVES:
                return said[:-1]
        return said


_COMPARED: Final = frozenset("≤≥≈")
_UNEQUAL: Final = frozenset(("<", ">", "<=", ">="))
_COPULAS: Final = frozenset(
    "is are was were be been of for with at by if under over to than and or takes took".split()
)
"""Behind them a sign compares without a verb: "was < 5"."""
_COUNTED: Final = frozenset(("quantity", "money", "range", "item"))
_HALVES: Final = frozenset(("am", "pm", "a.m", "p.m", "o'clock"))


def _after(last: Written, *, stop: bool) -> str:
    after = last.after
    if stop and not after.startswith(tuple(STOPS)):
        after = "." + after
    if (last.closes or last.kind == "item") and not PAUSES & frozenset(after):
        after += "."
    return after


def _has_verb(near: Near) -> bool:
    """Whether a sign that compares needs no "is": behind a verb, or where nothing is compared."""
    previous = near.previous
    bracket = previous is not None and previous.after.startswith(")")
    return near.lead in _COPULAS or not (near.lead or bracket)


def _genitive(items: Items) -> Items:
    *head, last = items
    return (*head, Item(last.text + "'s", last.how))


def _special(text: str) -> Items:
    if text.endswith("++") and text != "C++":
        return (*letters(text[0].upper()), *words("plus plus"))
    if text in ab.SPECIAL:
        return tuple(
            i for w in ab.SPECIAL[text].split() for i in (letters(w) if len(w) == 1 else words(w))
        )
    if text.lower() in ("tl;dr", "tldr"):
        return letters("TLDR")
    if text.endswith(")"):  # a function: "f(x)", "f'(x)", "P(A|B)"
        name, given = text[:-1].split("(")
        prime = words("prime" if name.endswith("'") else "")
        of, _, condition = given.upper().partition("|")
        said = (*letters(name[0].upper()), *prime, Item("of"), *letters(of))
        return (*said, Item("given"), *letters(condition)) if condition else said
    if "&" in text:
        *head, last = text.split("&")
        return (*(i for part in head for i in (*letters(part), Item("and"))), *letters(last))
    if len(text) > 2 and text.endswith("-"):  # an ion: "Cl-"
        return (*web.name(text[:-1].upper()), Item("minus"))
    if "/" in text:
        return tuple(i for c in text.upper().split("/") for i in letters(c))
    return (*letters(text[0]), *words({"+": "plus", "-": "minus", "#": "sharp"}[text[1]]))


def _decade(text: str) -> Items:
    number = numbers.cardinal(int(text[1:3]))
    if text[1] == "0" and not text.endswith("s"):
        return (Item("oh"), *number)  # "in '08"
    return numbers.plural(number) if text.endswith("s") else number


def _item(text: str) -> Items:
    text = text.strip("().")
    return numbers.cardinal(int(text)) if text.isdecimal() else letters(text.upper())


_ABBREVIATED: Final[dict[str, Callable[[Written, Near], tuple[Items, bool]]]] = {
    "title": short.title,
    "short": short.short,
    "dotted": short.dotted,
    "initial": short.initial,
}

_CONTEXTUAL: Final[dict[str, Callable[[Written, Near], Items]]] = {
    "word": plain.word,
    "quantity": figures.quantity,
    "fraction": figures.fraction,
    "ratio": figures.ratio,
    "range": figures.span,
    "code": figures.code,
    "phone": figures.phone,
}

_ALONE: Final[dict[str, Callable[[str], Items]]] = {
    "url": web.address,
    "email": web.address,
    "domain": web.address,
    "path": web.path,
    "hashtag": web.tag,
    "mention": web.tag,
    "feet": money_units.feet,
    "times": dates.times,
    "version": web.version,
    "scientific": figures.scientific,
    "host": web.host,
    "hex": formulas.hexadecimal,
    "angle": formulas.angle,
    "power": formulas.power,
    "decade": _decade,
    "special": _special,
    "elision": lambda text: words(ab.ELISIONS.get(text, text)),
    "greek": lambda text: words(ab.GREEK[text.lower()]),
    "symbol": lambda text: words(ab.SYMBOLS[text]),
    "item": _item,
    "censored": lambda text: letters(re.sub("[^A-Z]", "", text.upper())),
    "isotope": lambda text: numbers.whole(text.translate(formulas.PLAIN)),
    "check": lambda text: words(CHECKS[text]),
    "letter": lambda text: letters(text.upper()),
}
