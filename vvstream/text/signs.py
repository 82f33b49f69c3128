"""Signs with several meanings, as far as their own chunk tells which."""

import re
from typing import Final

from vvstream.text import money_units
from vvstream.text.scanner import Chunk

_CURRENCIES: Final = frozenset("$£€¥₹₩₿")
_FACTOR: Final = re.compile(r"[b-hj-np-z]")
_LETTERS: Final = re.compile("[A-Za-z]+")
_FORMULA: Final = re.compile(r"[(\"“*]*\$(?:[A-Za-z\\(|]|\d+[abcnpqrxyz](?![A-Za-z]))")
_ARITHMETIC: Final = frozenset("=+×÷/≈")

LIST_NUMBER: Final = re.compile(r"\(?(?:\d{1,2}[.)]|[A-Za-z]\))|\d{3}\.")
"""What an item of a list begins with: "2.", "(3)", "b)"."""


def has_formula(chunk: Chunk, before: bool) -> bool:
    """Whether a "$" of LaTeX is open `before` a chunk or opens in it: "$x = 5$"."""
    if before or "$" not in chunk.text:
        return before
    return _FORMULA.match(chunk.text) is not None and (
        chunk.following in ("\\", "=", "+") or any(sign in chunk.text for sign in "\\^_=")
    ) or (chunk.text.lstrip("(").startswith("$") and chunk.following == "\\")


def is_rate(text: str, i: int) -> bool:
    """Whether a stroke means "each": "5/month", "water/day", "requests/s"."""
    behind = _LETTERS.match(text, i + 1)
    if behind is None:
        return re.search("[a-z]{3}s$", text[:i]) is not None and text[i + 1 : i + 2].isdecimal()
    before = re.search("[A-Za-z]+$", text[:i])
    if before is None:
        return text[i - 1].isdecimal()
    if before[0] in money_units.PER or before[0].endswith("ly"):
        return False
    several = len(before[0]) > 2 and before[0].endswith("s")
    return behind[0] in money_units.PER or (several and behind[0] in ("s", "sec", "min", "hr"))


def is_until(text: str, i: int) -> bool:
    """Whether a dash without spaces means "to": "£10k–£15k", "2019–Jan.", "$5-$10"."""
    before, behind = text[i - 1], text[i + 1 : i + 2]
    if text[i] == "-":
        return behind in _CURRENCIES and text[i + 2 : i + 3].isdecimal()
    figure = re.search(r"\d\w*[.%°]?$", text[:i]) is not None
    return (figure and (behind.isalnum() or behind in _CURRENCIES)) or (
        before.isalpha() and behind.isdecimal()
    )


def is_factorial(text: str, i: int, chunk: Chunk) -> bool:
    """Whether "n!" is no exclamation: a letter or figure with the formula going on."""
    goes_on = chunk.following.islower() or chunk.following in _ARITHMETIC
    return text[i:] == "!" and goes_on and bool(_FACTOR.fullmatch(text[:i]))


def is_item(behind: Chunk | None, items: frozenset[int]) -> bool:
    """Whether the next line is an item of a list, "b) Second" or "2. Then" behind "1."."""
    if behind is None or LIST_NUMBER.fullmatch(behind.text) is None:
        return False
    return item_number(behind.text) < 2 or item_number(behind.text) - 1 in items


def item_number(item: str) -> int:
    """The number of an item of a list, 0 for a letter."""
    plain = item.strip("().")
    return int(plain) if plain.isdecimal() else 0
