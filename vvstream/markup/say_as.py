"""What `<say-as>` and `<sub>` say, in English: text -> spoken words."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from vvstream.markup.values import date_parts
from vvstream.text import abbreviations as ab
from vvstream.text import dates, money_units, numbers, web
from vvstream.text.aside import read
from vvstream.text.characters import fold
from vvstream.text.items import PAUSE, Item, Items, letters, words

_NUMBER: Final = re.compile(r"([+-]?)(\d[\d,]*(?:\.\d+)?|\.\d+)")
_FRACTION: Final = re.compile(r"(?:(\d{1,12})[ +])?(\d{1,12})/(\d{1,12})")
_TIME: Final = re.compile(r"\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:[ap]\.?m\.?)?|\d{1,2}[ap]\.?m\.?", re.I)
_CODE: Final = re.compile(r"([A-Z]{3}) ?([\d,.]*\d)|([\d,.]*\d) ?([A-Z]{3})")
_SIGNS: Final = {
    "-": "dash", ".": "dot", "_": "underscore", "/": "slash", ",": "comma", "!": "exclamation mark",
    "?": "question mark", ":": "colon", ";": "semicolon", "'": "apostrophe", '"': "quotation mark",
    "(": "open parenthesis", ")": "close parenthesis", "[": "open bracket", "]": "close bracket",
    "{": "open brace", "}": "close brace", "*": "asterisk", "#": "hash", "\\": "backslash",
    "~": "tilde", "|": "vertical bar", "^": "caret", "<": "less than", ">": "greater than",
}  # fmt: skip
_MOST_DIGITS: Final = 15


def _number(text: str) -> tuple[str, str] | None:
    found = _NUMBER.fullmatch(text.replace("−", "-"))
    return None if found is None else (found[1], found[2])


def cardinal(text: str, _: str) -> Items | None:
    """ "2048" -> "two thousand forty eight", "XIV" -> "fourteen"."""
    value = numbers.roman(text)
    if value is not None:
        return numbers.cardinal(value)
    if (found := _number(text)) is None:
        return None
    return (*money_units.sign(found[0]), *numbers.decimal(found[1]))


def ordinal(text: str, _: str) -> Items | None:
    """ "3" or "III" -> "third"."""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", text.replace(",", ""))
    value = numbers.roman(plain)
    if value is None and (not plain.isdecimal() or len(plain) > _MOST_DIGITS):
        return None
    return numbers.ordinal(int(plain) if value is None else value)


def digits(text: str, _: str) -> Items | None:
    """ "2047" -> "two zero four seven"."""
    return numbers.digits(text) or None


def characters(text: str, _: str) -> Items | None:
    """ "a-1" -> "A dash one": each by its name."""
    said: Items = ()
    for c in fold(text).text:
        if c.isascii() and c.isalpha():
            said += letters(c.upper())
        elif c.isdecimal():
            said += numbers.digits(c)
        else:
            said += words(_SIGNS.get(c) or ab.SYMBOLS.get(c, ""))
    return said or None


def telephone(text: str, _: str) -> Items | None:
    """Digit by digit, with a pause after each group."""
    number, _, extension = text.lower().partition("x")
    said = web.phone(number.strip())
    if extension and (last := web.phone(extension)):
        *head, tail = said
        said = (*head, Item(tail.text, tail.how, tag=PAUSE), Item("extension"), *last)
    return said or None


def date(text: str, form: str) -> Items | None:
    """Figures in the order of `form`, any of d, m and y: "mdy" where nothing is said."""
    parts = date_parts(text, form.lower() or "ymd")
    order = form.lower() or ("ymd" if len(parts[0]) == 4 else "mdy")[: len(parts)]
    known = dict(zip(order, parts, strict=False))
    whole = len(parts) == len(order) == len(known) and set(order) <= set("dmy")
    if not whole or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    month, day = int(known.get("m", 1)), int(known.get("d", 1))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    said: Items = words(dates.MONTHS[month - 1]) if "m" in known else ()
    said += numbers.ordinal(day) if "d" in known else ()
    return (*said, *(dates.spoken_year(known["y"]) if "y" in known else ()))


def time(text: str, _: str) -> Items | None:
    """ "6:45pm" -> "six forty five P M"."""
    plain = re.sub(r"\s+(?=[ap])", "", text.strip(), flags=re.I)
    return dates.time(plain) if _TIME.fullmatch(plain) else None


def currency(text: str, _: str) -> Items | None:
    """ "$5.20", "USD 5" or "5 USD"."""
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    code, amount = found[1] or found[4], found[2] or found[3]
    symbol = _SYMBOLS.get(code)
    if symbol is not None:
        return read(symbol + amount)
    return (*numbers.decimal(amount), *letters(code)) if amount.count(".") < 2 else None


def fraction(text: str, _: str) -> Items | None:
    """ "3/4" -> "three quarters", "2 1/2" -> "two and one half"."""
    found = _FRACTION.fullmatch(text)
    if found is None:
        return None
    whole, above, below = found.groups()
    said = numbers.fraction(int(above), int(below))
    return (*numbers.whole(whole), Item("and"), *said) if whole else said


def as_written(_: str, __: str) -> Items | None:
    """What the text says without a hint: units, addresses, names."""
    return None


_SYMBOLS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_WAYS: Final[Mapping[str, Callable[[str, str], Items | None]]] = MappingProxyType({
    "characters": characters, "spell-out": characters, "letters": characters,
    "verbatim": characters, "cardinal": cardinal, "number": cardinal, "ordinal": ordinal,
    "digits": digits, "telephone": telephone, "date": date, "time": time, "currency": currency,
    "fraction": fraction, "unit": as_written, "address": as_written, "name": as_written,
})  # fmt: skip


def say_as(text: str, way: str, form: str) -> Items:
    """The words for `text`, read in this way (`interpret-as`) and form (`format`).

    What does not fit the way, as "soon" for a date, is read as it is written.

    Raises:
        ValueError: there is no such way.
    """
    if way not in _WAYS:
        raise ValueError(f"interpret-as: expected {', '.join(_WAYS)}; got {ascii(way[:24])}")
    plain = " ".join(text.split())
    return _WAYS[way](plain, form) or read(plain)
