"""Reading words of letters: mostly as they stand, but for capitals, roman numerals, units."""

import re
from typing import Final

from vvstream.text import abbreviations as ab
from vvstream.text import dates, money_units, numbers
from vvstream.text.chat import chat
from vvstream.text.formulas import COMPOUNDS, direction
from vvstream.text.items import Item, Items, letters, words
from vvstream.text.near import STARTING, Near, is_symbolic
from vvstream.text.short import compass, date_follows
from vvstream.text.written import Written

_NUMBERED: Final = frozenset(
    "chapter part act scene book volume section war article phase type bowl level figure "
    "sc. table appendix title stage grade rocky fantasy season episode lesson unit vol item "
    "page".split()
)
"""After them a roman numeral counts."""
_SMALL_ROMAN: Final = {
    small: i for i, small in enumerate("ii iii iv v vi vii viii ix x xi xii".split(), 2)
}
_LETTERED: Final = frozenset(
    "grade plan vitamin class type group team section hepatitis level exhibit schedule list side "
    "block gate option appendix point influenza wing terminal".split()
)
"""After them, with a capital, an A is a letter: "Grade A eggs"."""
_REGNAL: Final = frozenset(
    "henry louis george elizabeth charles james william edward richard philip peter paul john "
    "alexander nicholas catherine frederick napoleon pius benedict leo gregory innocent clement "
    "urban boniface victoria mary margaret harald olaf gustav christian ferdinand otto ivan "
    "ramses ptolemy darius xerxes francis juan carlos felipe albert leopold baudouin".split()
)
"""After them it is an ordinal."""
_GIVEN_NAMES: Final = _REGNAL | frozenset(
    "bill will robert bob michael mike david dave thomas tom joseph joe daniel dan mark donald don "
    "steven steve andrew kenneth ken joshua kevin brian timothy tim jeffrey jeff ryan jacob gary "
    "eric stephen jonathan larry scott frank brandon raymond samuel sam benjamin ben patrick jack "
    "jerry aaron adam douglas nathan walter harold jeremy ethan carl keith roger gerald lawrence "
    "arthur willie alan wayne roy ralph randy eugene vincent russell bobby johnny howard davis "
    "thurston cornelius preston bradley chester clarence clifford marcus martin anthony".split()
)
"""After them and a family name it is an ordinal: "Bill Gates III"."""
_AFTER_REGNAL: Final = frozenset(
    "of was and the in ruled reigned died had became is who were at on to his her".split()
)
_SPELLED: Final = frozenset("US IT ID AM PM OS LA CO MC".split())
"""Abbreviations that look like a word, unless the words beside them are in capitals too."""
_OF_OKLAHOMA: Final = frozenset(
    "Tulsa City Norman Edmond Lawton Enid Moore Stillwater Arrow Muskogee Shawnee".split()
)
"""Behind any other name OK is no state: "Hello, OK"."""
_FUNCTIONS: Final = {
    "sin": "sine of", "cos": "cosine of", "tan": "tangent of", "log": "log of",
    "ln": "natural log of", "exp": "exponential of", "sqrt": "square root of", "max": "max of",
    "min": "min of",
}  # fmt: skip
_DRIPS: Final = frozenset("a an the his her my drip drips fluid fluids line lines bag pole".split())
"""Beside them IV is no numeral."""
_BEARINGS: Final = {
    "N": "north", "S": "south", "E": "east", "W": "west", "NE": "northeast", "NW": "northwest",
    "SE": "southeast", "SW": "southwest", "NNE": "north northeast", "NNW": "north northwest",
    "SSE": "south southeast", "SSW": "south southwest", "ENE": "east northeast",
    "ESE": "east southeast", "WNW": "west northwest", "WSW": "west southwest",
}  # fmt: skip
_ERAS: Final = frozenset("AD BC BCE CE".split())
"""Beside a year they are abbreviations."""
_ZIP: Final = re.compile(r"\d{5}(?:-\d{4})?")
_INITIAL: Final = re.compile(r"[a-z]\.")
_BETWEEN_LETTERS: Final = frozenset("+=<>≤≥≠≈×÷^")
"""What stands before a letter of a formula."""


def word(written: Written, near: Near) -> Items:
    """A word of letters, apostrophes and hyphens."""
    text = written.text
    if (side := compass(text, near)) is not None:
        return words(side)
    if near.after_number:
        unit = _unit(written, near)
        if unit is not None:
            return unit
    if text in ("x", "X") and near.lead.endswith(("'", '"')) and _figure(near.next()):
        return words("by")
    if near.lead == "°" and text in ("C", "F"):
        return words("Celsius" if text == "C" else "Fahrenheit")
    if (bearing := _bearing(text, near)) is not None:
        return words(bearing)
    if near.lead.endswith("°") and (towards := direction(text)) is not None:
        return towards
    if text in _ERAS and (near.after_number or _figure(near.next())):
        return letters(text)
    if text == "a" and near.follows and near.previous is not None and (
        near.previous.kind == "symbol" and near.previous.text in _BETWEEN_LETTERS
    ):
        return letters("A")
    if text in COMPOUNDS:
        return letters(text.upper())
    if near.lead in _NUMBERED and text in _SMALL_ROMAN:
        return numbers.cardinal(_SMALL_ROMAN[text])
    if (way := _way(text, near)) is not None:
        return words(way)
    if text in ab.UNDOTTED:
        return words(ab.UNDOTTED[text])
    if not written.ticked and (said := chat(text, near)) is not None:
        return said
    if near.lead == "/" and text in money_units.UNITS:
        return money_units.unit(text, one=True) or words(text)
    if (large := _in_capitals(text)) is not None:
        return letters(large) if large in _SPELLED else (Item(large),)
    if text in _FUNCTIONS and _is_applied(near.next()):
        return words(_FUNCTIONS[text])
    first, hyphen, last = text.replace("–", "-").partition("-")
    if hyphen:
        for table in (dates.SHORT_DAYS, dates.SHORT_MONTHS):
            if first in table and last in table:
                return (*words(table[first]), Item("to"), *words(table[last]))
        if "–" in text:
            return (Item(first), Item("to"), Item(last))
    if text in dates.SHORT_DAYS and date_follows(near.next()):
        return words(dates.SHORT_DAYS[text])
    if text in dates.SHORT_MONTHS and (near.after_number or _figure(near.next())):
        return words(dates.SHORT_MONTHS[text])
    stem = text.removesuffix("'s")
    if stem != text and stem.isupper() and (value := numbers.roman(stem)) is not None:
        if len(stem) == 1 and stem in "IV" and near.lead in _REGNAL:
            *head, last_item = _the(value)
            return (*head, Item(last_item.text + "'s", last_item.how))
        if len(stem) > 1 and (said := _roman(stem, value, near)) is not None:
            *head, last_item = said
            return (*head, Item(last_item.text + "'s", last_item.how))
    if text.isupper():
        return _letter(text, near) if len(text) == 1 else _capitals(text, near)
    return (Item(text),)


def _bearing(text: str, near: Near) -> str | None:
    """ "10 km NNE of Rome" -> "north northeast"; None for anything else."""
    if text not in _BEARINGS or not near.follows:
        return None
    following = near.next()
    return _BEARINGS[text] if following is not None and following.text == "of" else None


def _way(text: str, near: Near) -> str | None:
    """The street of an address: "Downing St", "5th Ave"; None for anything else."""
    if text not in ab.WAYS:
        return None
    following = near.next()
    if text == "Hwy" and _figure(following):
        return ab.WAYS[text]
    named = near.after_capital and near.lead not in STARTING
    if not (named or near.lead.endswith(("st", "nd", "rd", "th"))):
        return None
    saint = text in ab.UNDOTTED and following is not None and following.text[0].isupper()
    return None if saint else ab.WAYS[text]


def _in_capitals(text: str) -> str | None:
    """ "faq" -> "FAQ", "gpus" -> "GPUs"; None for what is no such abbreviation."""
    if text == "ios":
        return "iOS"
    if text in ab.CAPITALS:
        return text.upper()
    return f"{text[:-1].upper()}s" if text.endswith("s") and text[:-1] in ab.CAPITALS else None


def _unit(written: Written, near: Near) -> Items | None:
    text = written.text
    inches = text == "in" and (near.earlier in ("ft", "feet", "foot") or near.next() is None)
    if inches or text in money_units.AFTER_NUMBER:
        one = near.after_one or not written.spaced or near.before_noun
        return money_units.unit(text, one=one)
    if text in money_units.CODES:
        return money_units.code(text)
    if text in ("x", "X") and _figure(near.next()):
        return words("times")
    return None


def _letter(text: str, near: Near) -> Items:
    """A capital alone: a letter, but for the words "A" and "I" in running text."""
    value = numbers.roman(text)
    if value is not None:
        closed = text != "I" or near.lead == "war" or _closes_name(near.next())
        if near.lead in _NUMBERED and near.after_capital and text in "IVX" and closed:
            return numbers.cardinal(value)
        if near.lead in _REGNAL and text in "IV" and _closes_name(near.next()):
            return _the(value)
    if text not in "AI" or near.after_symbol:
        return letters(text)
    following = near.next()
    beside = following is not None and is_symbolic(following)
    if text == "I":
        spelled = beside and following is not None and following.text != "A"
        return letters("I") if spelled else (Item("I", tag="PRP"),)
    named = near.after_capital and near.lead in _LETTERED
    if following is None or named or (beside and following.text.isalpha()):
        return letters("A")
    return (Item("A"),)


def _closes_name(following: Written | None) -> bool:
    """Whether what follows "Elizabeth I" makes the I a numeral, not the start of a clause."""
    return following is None or following.text in _AFTER_REGNAL


def _capitals(text: str, near: Near) -> Items:
    """Two capitals or more: a numeral, an abbreviation, or a word written large."""
    if text in _SPELLED:
        shouted = any(w is not None and _shouted(w.text) for w in (near.previous, near.next()))
        return (Item(text),) if shouted else letters(text)
    if text in ab.STATES and _is_state(text, near):
        return words(ab.STATES[text])
    value = numbers.roman(text)
    if value is not None:
        said = _roman(text, value, near)
        if said is not None:
            return said
    return (Item(text),)


def _roman(text: str, value: int, near: Near) -> Items | None:
    if near.lead in _NUMBERED:
        return numbers.cardinal(value)
    if not set(text) <= set("IVX"):
        return None
    following = near.next()
    if following is not None and following.text.lower() in ("century", "centuries"):
        return numbers.ordinal(value)
    if near.lead in _REGNAL:
        return _the(value)
    if near.after_capital:
        named = near.earlier in _GIVEN_NAMES or _INITIAL.fullmatch(near.earlier)
        return _the(value) if named and 1 < value < 8 else numbers.cardinal(value)
    if text == "IV" and (near.lead in _DRIPS or _is_drip(near.next())):
        return letters(text)
    first = not near.follows  # of a list: "IV. The humpback"
    return numbers.cardinal(value) if first or text == "IV" or len(text) > 2 else None


def _is_drip(following: Written | None) -> bool:
    return following is not None and following.text.lower() in _DRIPS


def _is_state(text: str, near: Near) -> bool:
    """ "Austin, TX", "MO 63101"."""
    previous, following = near.previous, near.next()
    if following is not None:
        return _ZIP.fullmatch(following.text) is not None
    if text == "OK" and (previous is None or previous.text not in _OF_OKLAHOMA):
        return False
    return previous is not None and previous.after == "," and previous.text[0].isupper()


def _is_applied(following: Written | None) -> bool:
    """Whether the brackets of a function follow: "sin(x)"."""
    return following is not None and not following.spaced and following.before.startswith("(")


def _the(value: int) -> Items:
    return (Item("the", tag="DT"), *numbers.ordinal(value))


def _figure(following: Written | None) -> bool:
    return following is not None and following.text[0].isdecimal()


def _shouted(text: str) -> bool:
    return len(text) > 1 and text.isupper()
