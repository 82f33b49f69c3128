"""Numbers -> katakana, as they are said ("ー" for a long vowel)."""

import re
from typing import Final

_DIGITS: Final = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュー")
_SPELLED: Final = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
_HUNDREDS: Final = {1: "ヒャク", 3: "サンビャク", 6: "ロッピャク", 8: "ハッピャク"}
_THOUSANDS: Final = {1: "セン", 3: "サンゼン", 8: "ハッセン"}
_GROUPS: Final = ("", "マン", "オク", "チョー")
_LONGEST: Final = 16
_SHORT: Final = {"イチ": "イッ", "ハチ": "ハッ", "ジュー": "ジュッ"}

KANJI: Final = "〇零一二三四五六七八九"
_KANJI_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_KANJI_GROUPS: Final = {"万": 10**4, "億": 10**8, "兆": 10**12}
NUMERALS: Final = frozenset(KANJI) | frozenset(_KANJI_UNITS) | frozenset(_KANJI_GROUPS)


def digits(text: str) -> str:
    """Digit by digit, as telephone numbers are read: "03" -> "ゼロサン"."""
    return "".join(_SPELLED[int(c)] for c in text if c.isdecimal())


def cardinal(number: int) -> str:
    """12345 -> "イチマンニセンサンビャクヨンジューゴ"; what has no name, digit by digit."""
    if number >= 10**_LONGEST:
        return digits(str(number))
    if number == 0:
        return _DIGITS[0]
    said = ""
    for i in reversed(range(len(_GROUPS))):
        group = number // 10_000**i % 10_000
        if not group:
            continue
        name = _below_ten_thousand(group)
        if i == 1 and group % 10_000 == 1000:
            name = "イッセン" if group == 1000 and number >= 10**8 else name
        said += shortened(name) + "チョー" if i == 3 else name + _GROUPS[i]
    return said


def _below_ten_thousand(number: int) -> str:
    thousands, hundreds = number // 1000, number // 100 % 10
    tens, ones = number // 10 % 10, number % 10
    said = ""
    if thousands:
        said += _THOUSANDS.get(thousands, _DIGITS[thousands] + "セン")
    if hundreds:
        said += _HUNDREDS.get(hundreds, _DIGITS[hundreds] + "ヒャク")
    if tens:
        said += ("" if tens == 1 else _DIGITS[tens]) + "ジュー"
    return said + (_DIGITS[ones] if ones else "")


def shortened(said: str) -> str:
    """A number with the stop of "イッ" at its end, where it has one: "ニジューイチ" -> "ニジューイッ"."""
    for long, short in _SHORT.items():
        if said.endswith(long):
            return said.removesuffix(long) + short
    return said


def decimal(text: str) -> str:
    """With or without separators and a point: "3.14" -> "サンテンイチヨン", "007" digit by digit."""
    whole, point, part = text.replace(",", "").partition(".")
    if len(whole) > 1 and whole[0] == "0":
        said = digits(whole)
    else:
        said = cardinal(int(whole))
    if not point:
        return said
    return ("レー" if whole == "0" else shortened(said)) + "テン" + digits(part)


def from_kanji(text: str) -> int:
    """ "二十四" -> 24, "二〇二四" -> 2024; `text` holds NUMERALS only."""
    if re.fullmatch(f"[{KANJI}]+", text):
        return int("".join(str(max(0, KANJI.index(c) - 1)) for c in text))
    total = group = digit = 0
    for c in text:
        if c in KANJI:
            digit = max(0, KANJI.index(c) - 1)
        elif c in _KANJI_UNITS:
            group += max(digit, 1) * _KANJI_UNITS[c]
            digit = 0
        else:
            total += max(group + digit, 1) * _KANJI_GROUPS[c]
            group = digit = 0
    return total + group + digit
