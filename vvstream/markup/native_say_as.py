"""What `<say-as>` says in Japanese and Mandarin: the text, rewritten so that its front end, which
reads figures by what stands around them, reads it in the way that was asked for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from vvstream.markup.values import date_parts
from vvstream.text.japanese import numbers as japanese
from vvstream.text.mandarin import numbers as mandarin

_NUMBER: Final = re.compile(r"([+-]?)(\d[\d,]*(?:\.\d+)?)")
_TIME: Final = re.compile(r"(\d{1,2})(?::([0-5]\d)(?::([0-5]\d))?)? ?([ap])?\.?m?\.?", re.I)
_FRACTION: Final = re.compile(r"(?:(\d{1,12})[ +])?(\d{1,12})/(\d{1,12})")
_CODE: Final = re.compile(r"([A-Z]{3}) ?([\d,.]*\d)|([\d,.]*\d) ?([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language puts around its figures."""

    decimal: Callable[[str], str]
    digits: Callable[[str], str]
    dialled: Callable[[str], str]
    signs: Mapping[str, str]
    group: str
    """Between the groups of a telephone number."""
    ordinal: Callable[[str], str]
    mixed: str
    """Between a whole number and a fraction."""
    halves: Mapping[str, str]
    """Before and after noon."""
    units: tuple[str, str, str]
    """Of the time of day."""
    currencies: Mapping[str, str]


_LANGUAGES: Final[Mapping[str, _Words]] = MappingProxyType({
    "zh": _Words(
        mandarin.decimal, mandarin.digits, lambda text: mandarin.digits(text, dialled=True),
        {"-": "负", "+": "正", "": ""}, "，", lambda text: "第" + mandarin.decimal(text), "又",
        {"a": "上午", "p": "下午"},
        ("点", "分", "秒"),
        {"CNY": "{}元", "USD": "{}美元", "EUR": "{}欧元", "GBP": "{}英镑", "JPY": "{}日元",
         "HKD": "{}港元", "KRW": "{}韩元"},
    ),
    "ja": _Words(
        japanese.decimal, japanese.digits, japanese.digits,
        {"-": "マイナス", "+": "プラス", "": ""}, "の", lambda text: f"{text}番目", "と",
        {"a": "午前", "p": "午後"},
        ("時", "分", "秒"),
        {"JPY": "{}円", "USD": "{}ドル", "EUR": "{}ユーロ", "GBP": "{}ポンド", "CNY": "{}元",
         "KRW": "{}ウォン"},
    ),
})  # fmt: skip


def cardinal(words: _Words, text: str, _: str) -> str | None:
    """ "2048" as a number, "-3" with its sign."""
    found = _NUMBER.fullmatch(text.replace("−", "-"))
    return None if found is None else words.signs[found[1]] + words.decimal(found[2])


def ordinal(words: _Words, text: str, _: str) -> str | None:
    """ "3" -> "第三", "3番目"."""
    return words.ordinal(text) if text.isdecimal() else None


def digits(words: _Words, text: str, _: str) -> str | None:
    """ "2047" digit by digit."""
    return words.digits(text) or None


def characters(words: _Words, text: str, _: str) -> str | None:
    """Each by its name, digits as digits."""
    return " ".join(words.digits(c) if c.isdecimal() else c.upper() for c in text)


def telephone(words: _Words, text: str, _: str) -> str | None:
    """Digit by digit, group after group."""
    return words.group.join(words.dialled(g) for g in re.split(r"\D+", text) if g) or None


def date(_: _Words, text: str, form: str) -> str | None:
    """Figures in the order of `form`, any of y, m and d: "ymd" where nothing is said."""
    parts = date_parts(text, form.lower() or "ymd")
    order = form.lower() or ("ymd" if len(parts[0]) == 4 else "md" if len(parts) == 2 else "mdy")
    known = dict(zip(order, parts, strict=False))
    fits = len(parts) == len(order) == len(known) and set(order) <= set("ymd")
    if not fits or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    if not (1 <= int(known.get("m", 1)) <= 12 and 1 <= int(known.get("d", 1)) <= 31):
        return None
    names = (("y", "年"), ("m", "月"), ("d", "日"))
    return "".join(f"{int(known[part])}{name}" for part, name in names if part in known)


def time(words: _Words, text: str, _: str) -> str | None:
    """ "3:05pm" -> "下午3点5分"."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    half = words.halves[found[4].lower()] if found[4] else ""
    figures = [int(figure) for figure in found.groups()[:3] if figure is not None]
    if len(figures) == 2 and not figures[1]:
        figures.pop()
    return half + "".join(f"{n}{unit}" for n, unit in zip(figures, words.units, strict=False))


def currency(words: _Words, text: str, _: str) -> str | None:
    """ "USD 5" or "5 USD"."""
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    name = words.currencies.get(found[1] or found[4])
    return None if name is None else name.format(found[2] or found[3])


def fraction(words: _Words, text: str, _: str) -> str | None:
    """ "2 1/2" -> "二又二分之一"."""
    found = _FRACTION.fullmatch(text)
    if found is None or found[1] is None:
        return None
    return f"{words.decimal(found[1])}{words.mixed}{found[2]}/{found[3]}"


def as_written(_: _Words, __: str, ___: str) -> str | None:
    """What the text says without a hint."""
    return None


_WAYS: Final[Mapping[str, Callable[[_Words, str, str], str | None]]] = MappingProxyType({
    "characters": characters, "spell-out": characters, "letters": characters,
    "verbatim": characters, "cardinal": cardinal, "number": cardinal, "ordinal": ordinal,
    "digits": digits, "telephone": telephone, "date": date, "time": time, "currency": currency,
    "fraction": fraction, "unit": as_written, "address": as_written, "name": as_written,
})  # fmt: skip


def rewritten(language: Literal["ja", "zh"], text: str, way: str, form: str) -> str:
    """`text` as it has to be written to be read in this way (`interpret-as`) and form (`format`).

    What does not fit the way stays as it is.

    Raises:
        ValueError: there is no such way.
    """
    if way not in _WAYS:
        raise ValueError(f"interpret-as: expected {', '.join(_WAYS)}; got {ascii(way[:24])}")
    plain = " ".join(text.split())
    return _WAYS[way](_LANGUAGES[language], plain, form) or plain
