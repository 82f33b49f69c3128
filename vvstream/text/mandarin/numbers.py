"""Numbers -> the Chinese that is said for them."""

from typing import Final

DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")
_LONGEST: Final = 16


def digits(text: str, *, dialled: bool = False) -> str:
    """Digit by digit: "2024" -> "二零二四"; on the telephone 1 is "幺"."""
    said = "".join(DIGITS[int(c)] for c in text if c.isdecimal())
    return said.replace("一", "幺") if dialled else said


def cardinal(text: str) -> str:
    """A whole number without separators: "10250" -> "一万零二百五十".

    What has no name, or begins with 0, is said digit by digit.
    """
    if len(text) > _LONGEST or (text[0] == "0" and len(text) > 1):
        return digits(text)
    number = int(text)
    if number == 0:
        return DIGITS[0]
    groups = [number // 10_000**i % 10_000 for i in range(len(_GROUPS))]
    said = ""
    gap = False
    for i in reversed(range(len(_GROUPS))):
        group = groups[i]
        if group == 0:
            gap = bool(said)
            continue
        if gap or (said and group < 1000):
            said += DIGITS[0]
        name = _GROUPS[i]
        if name == "万亿" and groups[2]:
            name = "万"  # of what follows, which says 亿
        said += _below_ten_thousand(group) + name
        gap = False
    return said.removeprefix("一") if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    said, gap = "", False
    for i in reversed(range(4)):
        digit = number // 10**i % 10
        if digit == 0:
            gap = bool(said)
            continue
        said += (DIGITS[0] if gap else "") + DIGITS[digit] + _UNITS[i]
        gap = False
    return said


def decimal(text: str) -> str:
    """With or without separators and a point: "1,234.50" -> "一千二百三十四点五零"."""
    whole, point, part = text.replace(",", "").partition(".")
    return cardinal(whole or "0") + ("点" + digits(part) if point else "")


def quantity(text: str) -> str:
    """A number before a measure word: 2 is "两"."""
    said = decimal(text)
    return "两" if said == "二" else said
