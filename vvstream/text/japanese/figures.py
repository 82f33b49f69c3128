"""Figures in Japanese text -> what is said for them, in katakana.

`read` is given the text from the figure on, as far as it can matter: the first pattern that fits
wins, and says how much of the text it stands for.
"""

import re
from collections.abc import Callable
from typing import Final

from vvstream.text.cjk.characters import is_han, is_native
from vvstream.text.cjk.reader import DASHES, ENDS
from vvstream.text.japanese.counters import COUNTERS, counted, measured
from vvstream.text.japanese.numbers import cardinal, decimal, digits

_N: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_TO: Final = r"[-~〜～—]"
_COUNTER: Final = "|".join(sorted(COUNTERS, key=len, reverse=True))
_SCALES: Final = {"千": 10**3, "百": 10**2, "十": 10, "万": 10**4, "億": 10**8, "兆": 10**12}
_SCALE_NAMES: Final = {
    "万": "マン", "億": "オク", "兆": "チョー", "千": "セン", "百": "ヒャク", "百万": "ヒャクマン",
    "千万": "センマン", "十万": "ジューマン", "十億": "ジューオク", "百億": "ヒャクオク", "千億": "センオク",
}  # fmt: skip
_SCALE: Final = "|".join(sorted(_SCALE_NAMES, key=len, reverse=True))
_MONEY: Final = {"¥": "円", "￥": "円", "$": "ドル", "€": "ユーロ", "£": "ポンド", "₩": "ウォン"}
_CODE: Final = "".join(_MONEY)
_UNITS: Final = {
    "km/h": "キロメートルマイジ", "m/s": "メートルマイビョー", "km": "キロメートル", "cm": "センチ", "mm": "ミリ",
    "m²": "ヘーホーメートル", "m³": "リッポーメートル", "km²": "ヘーホーキロメートル",
    "cm²": "ヘーホーセンチ", "m2": "ヘーホーメートル", "m": "メートル", "kg": "キロ", "mg": "ミリグラム",
    "g": "グラム", "t": "トン", "ml": "ミリリットル", "mL": "ミリリットル", "L": "リットル", "GB": "ギガバイト",
    "MB": "メガバイト", "TB": "テラバイト", "KB": "キロバイト", "GHz": "ギガヘルツ", "MHz": "メガヘルツ", "Hz": "ヘルツ",
    "kW": "キロワット", "W": "ワット", "V": "ボルト", "℃": "ド", "℉": "ド", "°C": "ド", "°F": "ド", "°": "ド", "%": "パーセント",
    "‰": "パーミル", "h": "ジカン", "ms": "ミリビョー", "dB": "デシベル",
}  # fmt: skip
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_HOURS: Final = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"
_TIME: Final = re.compile(r"(?P<h>\d+):(?P<m>\d\d)(?::(?P<s>\d\d))?")
_NO_PLACES: Final = frozenset("第約計全前後各毎年月日時分対")
"""Chinese characters before figures that are no street's."""
_SIGNS: Final = {"-": "マイナス ", "+": "プラス ", "±": "プラスマイナス ", None: ""}


def read(before: str, text: str) -> tuple[int, str]:
    """How many characters of `text` are a figure, and its words in katakana; (0, "") for none.

    `before`: what stands right before it, as far as it matters; "" where nothing does.
    """
    # "来月の1日" is a day of a month as "来月1日" is.
    before = "月" if before.endswith("月の") else before[-1:]
    if text[:1] in DASHES and before and before in ENDS:
        length, said = read("", text[1:])
        return length + bool(length), "カラ " * bool(length) + said
    for pattern, say in _PATTERNS:
        match = pattern.match(text)
        if match is not None:
            return match.end(), say(match, before)
    return 0, ""


def _date(match: re.Match[str], before: str) -> str:
    year, month, day = (int(match[name]) for name in ("y", "mo", "d"))
    return " ".join(
        (counted(year, "年"), counted(month, "月"), counted(day, "日", of_month=True))
    )


def _clock(match: re.Match[str], before: str) -> str:
    return " カラ ".join(_time(time) for time in _TIME.finditer(match[0]))


def _time(match: re.Match[str]) -> str:
    said = counted(int(match["h"]), "時")
    if int(match["m"]) or match["s"]:
        said += " " + counted(int(match["m"]), "分")
    return said + (" " + counted(int(match["s"]), "秒") if match["s"] else "")


def _ratio(match: re.Match[str], before: str) -> str:
    return f"{cardinal(int(match['a']))} タイ {cardinal(int(match['b']))}"


def _fraction(match: re.Match[str], before: str) -> str:
    if int(match["a"]) > int(match["b"]):
        return f"{cardinal(int(match['a']))} ノ {cardinal(int(match['b']))}"  # a blood pressure
    return f"{cardinal(int(match['b']))}ブンノ {cardinal(int(match['a']))}"


def _phone(match: re.Match[str], before: str) -> str:
    groups = [digits(group) for group in re.split(r"\D+", match[0]) if group]
    return ("プラス " if match[0][0] == "+" else "") + " ノ ".join(groups)


def _address(match: re.Match[str], before: str) -> str:
    groups = match[0].split("-")
    long = any(len(group) > 3 or group[0] == "0" for group in groups)
    return " ノ ".join(digits(group) if long else cardinal(int(group)) for group in groups)


def _dotted(match: re.Match[str], before: str) -> str:
    return "テン".join(cardinal(int(part)) for part in match[0].split("."))


def _money(match: re.Match[str], before: str) -> str:
    scale = _SCALE_NAMES.get(match["scale"] or "", "")
    number = decimal(match["n"]) + scale
    name = _MONEY[match["code"]]
    if name == "円":
        return _SIGNS[match["sign"]] + number.removesuffix("ヨン") + "ヨ" * number.endswith("ヨン") + "エン"
    return f"{_SIGNS[match['sign']]}{number} {name}"


def _measured(match: re.Match[str], before: str) -> str:
    return f"{_range(match)} {_UNITS[match['unit']]}"


def _mixed(match: re.Match[str], before: str) -> str:
    """ "3万5千円", "2.5億"."""
    head, counter = match["mixed"], match["counter"] or ""
    parts = re.findall(r"(\d[\d,]*(?:\.\d+)?)([十百千]?[万億兆]?)", head)
    if any("." in number for number, _ in parts):
        said = "".join(decimal(number) + _SCALE_NAMES.get(scale, "") for number, scale in parts)
        return _SIGNS[match["sign"]] + measured(said, counter)
    value = 0
    for number, scale in parts:
        worth = int(number.replace(",", ""))
        for unit in scale:
            worth *= _SCALES[unit]
        value += worth
    said = counted(value, counter) if counter else cardinal(value)
    return _SIGNS[match["sign"]] + said


def _counted(match: re.Match[str], before: str) -> str:
    counter = match["counter"]
    tail = {"後": "ゴ", "中": "ジュー", None: ""}[match["tail"]]
    if match["b"]:
        first, last = _plain(match["n"]), match["b"]
        return f"{first} カラ {_count(last, counter, before)}{tail}"
    return _SIGNS[match["sign"]] + _count(match["n"], counter, before) + tail


def _count(number: str, counter: str, before: str) -> str:
    plain = number.replace(",", "")
    if not plain.isdecimal() or (plain[0] == "0" and len(plain) > 1):
        return measured(decimal(plain), counter)
    return counted(int(plain), counter, of_month=before in "月/" and bool(before))


def _range(match: re.Match[str]) -> str:
    said = _SIGNS[match["sign"]] + decimal(match["n"])
    return f"{said} カラ {decimal(match['b'])}" if match["b"] else said


def _plain_range(match: re.Match[str], before: str) -> str:
    first, last = match["n"], match["b"] or ""
    behind = match.string[match.end() : match.end() + 1]
    if last and is_han(before) and before not in _NO_PLACES and not is_native(behind):
        if first.isdecimal() and last.isdecimal() and int(first) <= int(last):
            return f"{cardinal(int(first))} ノ {cardinal(int(last))}"  # an address: "千代田1-1"
    if first.isdecimal() and last.isdecimal() and int(first) >= int(last):
        return f"{decimal(first)} タイ {decimal(last)}"  # a score: "3-2"
    return _range(match)


def _plain(number: str) -> str:
    return decimal(number)


_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...]] = tuple(
    (re.compile(pattern, re.VERBOSE), say)
    for pattern, say in (
        (r"(?P<y>\d{4})[-/.](?P<mo>0?[1-9]|1[0-2])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", _date),
        (r"\d+(?:\.\d+){2,}", _dotted),
        (rf"{_HOURS}(?!\d)(?:{_TO}{_HOURS}(?!\d))?", _clock),
        (r"(?P<a>\d{1,9})[:対](?P<b>\d{1,9})(?!\d)", _ratio),
        (rf"\d{{3}}-\d{{4}}(?!\d|{_TO}|{_COUNTER}|{_UNIT})", _phone),
        (r"\+?\d{2,4}(?:-\d{2,8}){2,3}(?![\d.]) | 0\d{9,10}(?!\d)", _phone),
        (r"\d+(?:-\d+){2,}(?![\d.])", _address),
        (rf"(?P<sign>[-+±])?(?P<code>[{_CODE}])\s?(?P<n>{_N})(?P<scale>{_SCALE})?", _money),
        (r"(?P<a>\d{1,4})/(?P<b>[1-9]\d{0,3})(?![\d/])", _fraction),
        (
            rf"(?P<sign>[-+±])?(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9])",
            _measured,
        ),
        (
            rf"(?P<sign>[-+±])?(?P<mixed>(?:\d[\d,]*(?:\.\d+)?[十百千]?[万億兆])+"
            rf"(?:(?:\d{{1,3}},\d{{3}}(?!\d)|\d+)[百千]?)?|\d+[百千])"
            rf"(?P<counter>{_COUNTER})?",
            _mixed,
        ),
        (
            rf"(?P<sign>[-+±])?(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?(?P<counter>{_COUNTER})"
            r"(?P<tail>(?<=[分秒間日月年週])後|(?<=(?<!\d)1[日年])中)?",
            _counted,
        ),
        (
            rf"(?P<sign>[-+±])?(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?",
            _plain_range,
        ),
    )
)
