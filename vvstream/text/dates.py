"""Dates and times of day -> words."""

import re
from typing import Final

from vvstream.text.customs import Customs
from vvstream.text.items import Item, Items, letters, words
from vvstream.text.numbers import cardinal, digits, digits_oh, ordinal, year

MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()
MONTH_NAMES: Final = frozenset(MONTHS)
SHORT_MONTHS: Final = {m[:3]: m for m in MONTHS if m != "May"} | {"Sept": "September"}
SHORT_DAYS: Final = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
    "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip

_TIME: Final = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<part>\d+))?)?)?"
    r"(?P<half>[AaPp]\.?[Mm]\.?|[ap])?(?P<about>ish)?(?P<zulu>Z?)"
)


def date(text: str, customs: Customs) -> Items:
    """A date in figures: 2023-01-05, 5.1.2023 and, in the order that is usual, 1/5/2023.

    Figures that are no date are read one by one.
    """
    parts = re.split(r"\D", text.rstrip("T"))
    first, second, its_year = int(parts[0]), int(parts[1]), parts[2]
    if len(parts[0]) == 4:
        its_year, month, number = parts[0], second, int(parts[2])
    elif "." in text:
        month, number = second, first
    else:
        month, number = month_and_day(first, second, customs)
    if not is_date(month, number):
        return (*cardinal(first), *cardinal(second), *spoken_year(parts[2]))
    return (*day(month, number, customs), *spoken_year(its_year))


def spoken_year(text: str) -> Items:
    """A year of a date, of four figures or two: "05" -> "oh five"."""
    if len(text) == 4:
        return year(int(text))
    return (Item("oh"), *cardinal(int(text))) if text[0] == "0" else cardinal(int(text))


def month_and_day(first: int, second: int, customs: Customs) -> tuple[int, int]:
    """The figures of "5/6" in the usual order, or in the other one where that cannot be."""
    month, number = (second, first) if customs.day_first else (first, second)
    return (number, month) if month > 12 else (month, number)


def is_month(text: str) -> bool:
    """Whether it is the name of a month, or its abbreviation, with a capital."""
    return text in MONTH_NAMES or text.rstrip(".") in SHORT_MONTHS


def is_date(month: int, number: int) -> bool:
    return 1 <= month <= 12 and 1 <= number <= 31


def day(month: int, number: int, customs: Customs) -> Items:
    """ "May fifth", "the fifth of May"."""
    name = Item(MONTHS[month - 1])
    if customs.day_first:
        return (Item("the", tag="DT"), *ordinal(number), Item("of"), name)
    return (name, *ordinal(number))


def time(text: str) -> Items:
    """ "6:45" -> "six forty five", "5pm" -> "five P M", "12:00" -> "twelve o'clock".

    Raises:
        ValueError: `text` is not of the kind "time".
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time of day: {text!r}")
    if found["about"]:
        return (*time(text.removesuffix("ish")), Item("ish"))
    hour, minute = int(found["hour"]), found["minute"] or "00"
    half = letters(found["half"][0].upper() + "M") if found["half"] else ()
    if found["part"] is not None or int(found["second"] or 0):
        part = () if found["part"] is None else (Item("point", "weak"), *digits(found["part"]))
        return (*cardinal(hour), *_two(minute), *_two(found["second"]), *part, *half)
    if minute != "00":
        return (*cardinal(hour), *_two(minute), *half)
    if half:
        return (*cardinal(hour), *half)
    return (*cardinal(hour), Item("hundred" if hour > 12 or hour == 0 else "o'clock"))


def times(text: str) -> Items:
    """ "9-5pm" -> "nine to five P M"."""
    first, last = re.split("[-–]", text)
    first_said = time(first)
    if first_said[-1].text == "o'clock":
        first_said = first_said[:-1]
    return (*first_said, Item("to"), *time(last))


def _two(text: str) -> Items:
    number = int(text)
    if number == 0:
        return words("oh oh")
    return (Item("oh"), *cardinal(number)) if number < 10 else cardinal(number)


def is_clock(amount: str) -> bool:
    """Whether four figures can be a time as soldiers tell it: "0900", "1530"."""
    return re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d", amount) is not None


def clock(amount: str) -> Items:
    """ "0900" -> "oh nine hundred", "1530" -> "fifteen thirty"."""
    hour, minute = (
        digits_oh(part) if part[0] == "0" else cardinal(int(part))
        for part in (amount[:2], amount[2:])
    )
    return (*hour, *((Item("hundred"),) if amount.endswith("00") else minute))
