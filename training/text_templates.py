"""Everyday sentences made from the patterns of `everyday.toml`: what books do not say (times, prices, phone numbers, small talk, requests).

A pattern is a sentence with `{slot}`s; a slot is a list of words or a function of the random generator.
Slots nest. Numbers are mostly written as words, so that no front end can misread them.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

_DATA: Final = tomllib.loads(Path(__file__).with_name("everyday.toml").read_text(encoding="utf-8"))
WORDS: Final[Mapping[str, Sequence[str]]] = _DATA["words"]
PATTERNS: Final[Mapping[str, Sequence[str]]] = _DATA["patterns"]
SHORT: Final[Sequence[str]] = _DATA["short"]

_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS: Final = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS: Final[Mapping[str, str]] = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(n: int) -> str:
    """English words of 0 <= n < 1e12, without "and"."""
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_ONES[n % 10]}" if n % 10 else "")
    for size, name in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if n >= size:
            return f"{cardinal(n // size)} {name}" + (f" {cardinal(n % size)}" if n % size else "")
    raise ValueError(n)


def ordinal(n: int) -> str:
    """English words of the ordinal of 1 <= n < 1e12."""
    head, mark, last = re.fullmatch(r"(.*?)([ -]?)(\w+)", cardinal(n)).groups()  # type: ignore[union-attr]
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return head + mark + last


def year(n: int) -> str:
    """How a year is said: nineteen eighty-four, two thousand five, twenty twenty-six."""
    if 2000 <= n < 2010:
        return "two thousand" + (f" {_ONES[n % 10]}" if n % 10 else "")
    high, low = divmod(n, 100)
    return (
        cardinal(high)
        + " "
        + ("hundred" if low == 0 else f"oh {_ONES[low]}" if low < 10 else cardinal(low))
    )


def _time(r: random.Random) -> str:
    hour, minute = (
        r.randint(1, 12),
        r.choice((0, 0, 5, 10, 12, 15, 20, 25, 30, 30, 35, 40, 45, 48, 50, 55, 7, 19)),
    )
    half = r.choice(
        (
            "",
            "",
            " a.m.",
            " p.m.",
            " in the morning",
            " in the afternoon",
            " in the evening",
            " sharp",
            " tonight",
        )
    )
    match r.randrange(5):
        case 0 if minute == 0:
            return f"{_ONES[hour]} o'clock"
        case 1 if minute in (15, 30):
            return ("half past " if minute == 30 else "a quarter past ") + _ONES[hour]
        case 2 if minute:
            return f"{hour}:{minute:02d}" + half.replace(" sharp", "")
        case _:
            return (
                _ONES[hour]
                + (
                    ""
                    if minute == 0
                    else f" oh {_ONES[minute]}"
                    if minute < 10
                    else f" {cardinal(minute)}"
                )
                + half
            )


def _number(r: random.Random) -> str:
    n = r.choice(
        (
            r.randint(2, 20),
            r.randint(2, 99),
            r.randint(100, 999),
            r.randint(2, 99) * 100,
            r.randint(1000, 99999),
        )
    )
    return r.choice((cardinal(n), cardinal(n), f"{n:,}" if n >= 1000 else str(n)))


def _price(r: random.Random) -> str:
    dollars, cents = (
        r.randint(1, r.choice((9, 99, 900))),
        r.choice((0, 0, 5, 20, 25, 49, 50, 75, 95, 99)),
    )
    coin = r.choice(("dollars", "dollars", "euros", "pounds"))
    if r.random() < 0.3:
        return f"${dollars}.{cents:02d}" if cents else f"${dollars}"
    return f"{cardinal(dollars)} " + (
        f"{coin[:-1] if dollars == 1 else coin}" if not cents else f"{cardinal(cents)}"
    )


def _digits(count: int) -> Callable[[random.Random], str]:
    return lambda r: " ".join(r.choice([*_ONES[:10], "oh"]) for _ in range(count))


def _phone(r: random.Random) -> str:
    return f"{_digits(3)(r)}, {_digits(3)(r)}, {_digits(4)(r)}"


def _letters(r: random.Random) -> str:
    return " ".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(r.randint(2, 5)))


def _spelled(r: random.Random) -> str:
    name = r.choice(WORDS["surname"])
    return f"{name}, that is {' '.join(c for c in name.upper() if c.isalpha())}"


def _code(r: random.Random) -> str:
    return f"{_letters(r)} {_digits(r.randint(1, 4))(r)}"


def _date(r: random.Random) -> str:
    month, day = r.choice(WORDS["month"]), ordinal(r.randint(1, 31))
    text = r.choice((f"{month} {day}", f"the {day} of {month}"))
    return text + r.choice(("", "", f", {year(r.randint(1850, 2035))}"))


_SLOTS: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "time": _time,
    "number": _number,
    "small": lambda r: cardinal(r.randint(2, 12)),
    "ten": lambda r: cardinal(r.choice((5, 10, 15, 20, 25, 30, 40, 45, 50, 90))),
    "price": _price,
    "phone": _phone,
    "letters": _letters,
    "spelled": _spelled,
    "code": _code,
    "digits4": _digits(4),
    "date": _date,
    "year": lambda r: year(r.randint(1780, 2040)),
    "nth": lambda r: ordinal(r.randint(1, r.choice((9, 31, 120)))),
    "percent": lambda r: r.choice(
        (
            f"{r.randint(1, 99)}%",
            f"{cardinal(r.randint(1, 99))} percent",
            f"{r.randint(1, 9)}.{r.randint(1, 9)} percent",
        )
    ),
    "decimal": lambda r: (
        f"{cardinal(r.randint(0, 40))} point {_ONES[r.randint(0, 9)]}"
        + r.choice(("", f" {_ONES[r.randint(1, 9)]}"))
    ),
    "degrees": lambda r: r.choice(("minus ", "", "", "")) + f"{cardinal(r.randint(1, 99))} degrees",
    "fraction": lambda r: r.choice(
        (
            "half",
            "a third",
            "two thirds",
            "a quarter",
            "three quarters",
            "a fifth",
            "seven eighths",
            "one tenth",
        )
    ),
    "measure": lambda r: (
        f"{r.choice((cardinal(r.randint(2, 90)), str(r.randint(2, 500)), 'two and a half', 'one and a half', 'three point five'))} {r.choice(WORDS['unit'])}"
    ),
}


def expand(pattern: str, r: random.Random) -> str:
    """Fill every slot of `pattern`; `{a|b|}` chooses between alternatives, `{name}` takes a slot.

    Raises:
        KeyError: a slot that neither `_SLOTS` nor `WORDS` knows.
    """
    while (slot := re.search(r"\{([^{}]*)\}", pattern)) is not None:
        name = slot.group(1)
        if "|" in name:
            value = r.choice(name.split("|"))
        elif name in _SLOTS:
            value = _SLOTS[name](r)
        else:
            value = r.choice(WORDS[name])
        pattern = pattern[: slot.start()] + value + pattern[slot.end() :]
    pattern = re.sub(
        r"\b([Aa]) (?=[aeiouAEIO]\w{2,})(?!one|uni|eu|use)", r"\1n ", re.sub(r"\s+", " ", pattern)
    ).strip()
    pattern = re.sub(r"\s+([,.?!])", r"\1", pattern)
    pattern = re.sub(r"([ap]\.m)\.\.", r"\1.", pattern)
    # a new sentence begins with a capital, but what follows "a.m." is no new sentence
    return re.sub(
        r"(^“?|(?<![ap]\.m)[.!?…]”? “?)([a-z])", lambda m: m.group(1) + m.group(2).upper(), pattern
    )


def _unique(patterns: Sequence[str], count: int, r: random.Random) -> list[str]:
    seen: dict[str, None] = {}
    for attempt in range(count * 8):
        seen.setdefault(expand(patterns[attempt % len(patterns)], r))
        if len(seen) >= count:
            break
    out = list(seen)
    r.shuffle(out)
    return out


def everyday(count: int, r: random.Random) -> list[str]:
    """`count` (or as many as there are) different sentences of everyday English."""
    return _unique([p for group in PATTERNS.values() for p in group], count, r)


def talks(count: int, r: random.Random) -> list[list[str]]:
    """`count` runs of three to seven sentences that stay with one subject, as someone might go on talking."""
    groups = list(PATTERNS.values())
    out: list[list[str]] = []
    for _ in range(count):
        group = r.choice(groups)
        out.append([expand(p, r) for p in r.sample(group, k=min(len(group), r.randint(3, 7)))])
    return out


def short(count: int, r: random.Random) -> list[str]:
    """Utterances of one to four words."""
    return _unique(SHORT, count, r)
