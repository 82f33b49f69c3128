"""Numbers -> words.

The names of numbers are our own few lines: num2words is LGPL, and `inflect` takes two seconds and
27 MB to import, which every start of the server and every `say` would pay.
"""

import re
from functools import lru_cache
from typing import Final

from vvstream.text.items import Item, Items, words

_LONGEST: Final = 15
"""Digits beyond which a number without separators is read digit by digit."""
_LONGEST_GROUPED: Final = 36  # there are no names beyond

_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_THOUSANDS: Final = (
    "thousand million billion trillion quadrillion quintillion sextillion septillion octillion "
    "nonillion decillion"
).split()
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip

_FRACTIONS: Final = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip

_ROMAN: Final = re.compile(r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


_BELOW_HUNDRED: Final = frozenset(
    [*_SMALL[1:], *_TENS, *_ORDINALS.values()]
    + [f"{name}th" for name in _SMALL[4:]]
    + [f"{name[:-1]}ieth" for name in _TENS]
)
"""The words for one to ninety nine, and first to ninety ninth."""


@lru_cache(maxsize=1024)
def cardinal(number: int) -> Items:
    """1250 -> "one thousand two hundred fifty".

    Raises:
        ValueError: the number is negative or too large to have a name.
    """
    if not 0 <= number < 10**_LONGEST_GROUPED:
        raise ValueError(f"no name for the number {number}")
    groups = [(number // 1000**i) % 1000 for i in range(_LONGEST_GROUPED // 3)]
    said: list[str] = []
    for i in reversed(range(len(groups))):
        if groups[i]:
            said += _below_thousand(groups[i])
            said += [_THOUSANDS[i - 1]] if i else []
    return tuple([Item(w) for w in said or _SMALL[:1]])


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    said = [_SMALL[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        said.append(_TENS[rest // 10 - 2])
        rest %= 10
    return [*said, _SMALL[rest]] if rest else said


@lru_cache(maxsize=256)
def ordinal(number: int) -> Items:
    """21 -> "twenty first"."""
    *head, last = cardinal(number)
    name = _ORDINALS.get(last.text)
    if name is None:
        name = last.text[:-1] + "ieth" if last.text.endswith("y") else last.text + "th"
    return (*head, Item(name))


def with_and(items: Items) -> Items:
    """ "one hundred five" -> "one hundred and five", "two thousand five" likewise."""
    said: list[Item] = []
    for i, item in enumerate(items):
        before = items[i - 1].text if i else ""
        if item.text in _BELOW_HUNDRED and (
            before == "hundred" or (before in _THOUSANDS and not _has_hundreds(items[i:]))
        ):
            said.append(Item("and"))
        said.append(item)
    return tuple(said)


def _has_hundreds(items: Items) -> bool:
    """Whether more than tens and ones follow."""
    rest = (item.text for item in items if item.text not in _BELOW_HUNDRED)
    return next(rest, "") in ("hundred", "hundredth", *_THOUSANDS)


def digits(text: str) -> Items:
    """ "2047" -> "two zero four seven"; what is not a digit is left out."""
    return tuple(item for c in text if c.isdecimal() for item in cardinal(int(c)))


def digits_oh(text: str) -> Items:
    """ "2047" as room and flight numbers are read: "two oh four seven"."""
    return tuple(
        item
        for c in text
        if c.isdecimal()
        for item in (words("oh") if c == "0" else cardinal(int(c)))
    )


def whole(text: str) -> Items:
    """A whole number as written, with or without separators: "1,250", "007", "2023"."""
    plain = text.replace(",", "")
    if (plain[0] == "0" and len(plain) > 1) or len(plain) > (
        _LONGEST_GROUPED if "," in text else _LONGEST
    ):
        return digits(plain)
    return cardinal(int(plain))


def decimal(text: str) -> Items:
    """A number with or without a decimal point: "3.14" -> "three point one four"."""
    head, point, tail = text.partition(".")
    if not point:
        return whole(head)
    before = whole(head) if head else ()
    return (*before, Item("point", "weak"), *digits(tail))


def year(number: int) -> Items:
    """1905 -> "nineteen oh five", 2023 -> "twenty twenty three", 2005 -> "two thousand five"."""
    century, rest = divmod(number, 100)
    if not 1000 <= number <= 9999 or (century % 10 == 0 and rest < 10):
        return cardinal(number)
    if rest == 0:
        return (*cardinal(century), Item("hundred"))
    if rest < 10:
        return (*cardinal(century), Item("oh"), *cardinal(rest))
    return (*cardinal(century), *cardinal(rest))


def plural(items: Items) -> Items:
    """The last word in the plural: "nineteen nineties", "tens"."""
    *head, last = items
    text = last.text[:-1] + "ies" if last.text.endswith("y") else last.text + "s"
    return (*head, Item(text.replace("sixs", "sixes")))


def fraction(numerator: int, denominator: int) -> Items:
    """1/2 -> "one half", 3/4 -> "three quarters", 22/7 -> "twenty two over seven"."""
    names = {2: words("half"), 4: words("quarter")}
    if denominator in (0, 1) or denominator > 100 or numerator > 100:
        return (*cardinal(numerator), Item("over"), *cardinal(denominator))
    if numerator > denominator and denominator not in (2, 3, 4, 8, 10, 16):
        return (*cardinal(numerator), Item("over"), *cardinal(denominator))
    name = names.get(denominator, ordinal(denominator))
    if numerator != 1:
        name = words("halves") if denominator == 2 else plural(name)
    return (*cardinal(numerator), *name)


def vulgar(text: str) -> Items:
    """ "½" -> "one half", "3½" -> "three and a half"."""
    head, (numerator, denominator) = text[:-1], _FRACTIONS[text[-1]]
    part = fraction(numerator, denominator)
    if not head:
        return part
    if numerator == 1:
        part = (Item("a", tag="DT"), *part[1:])
    return (*whole(head), Item("and"), *part)


def roman(text: str) -> int | None:
    """The value of a roman numeral below 400 in capitals, None for anything else."""
    if not text or _ROMAN.fullmatch(text) is None:
        return None
    values = [_ROMAN_DIGITS[c] for c in text]
    return sum(
        -value if any(later > value for later in values[i + 1 : i + 2]) else value
        for i, value in enumerate(values)
    )
