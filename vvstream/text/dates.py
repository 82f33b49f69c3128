"""Dates and times of day -> words."""

import re
from typing import Final

from vvstream.text.items import Item, Items, letters, words
from vvstream.text.numbers import cardinal, digits, ordinal, year

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
    r"(?P<half>[AaPp]\.?[Mm]\.?)?(?P<zulu>Z?)"
)


def date(text: str) -> Items:
    """A date in figures: 2023-01-05, 1/5/2023 (month first), 13/5/2023 and 5.1.2023 (day first).

    Figures that are no date are read one by one.
    """
    if "-" in text:
        y, m, d = text.rstrip("T").split("-")
    elif "." in text:
        d, m, y = text.split(".")
    else:
        m, d, y = text.split("/")
        if int(m) > 12:
            m, d = d, m
    if not (1 <= int(m) <= 12 and 1 <= int(d) <= 31):
        first, second, last = re.split(r"\D", text.rstrip("T"))
        return (*cardinal(int(first)), *cardinal(int(second)), *spoken_year(last))
    return (*words(MONTHS[int(m) - 1]), *ordinal(int(d)), *spoken_year(y))


def spoken_year(text: str) -> Items:
    """A year of a date, of four figures or two: "05" -> "oh five"."""
    if len(text) == 4:
        return year(int(text))
    return (Item("oh"), *cardinal(int(text))) if text[0] == "0" else cardinal(int(text))


def time(text: str) -> Items:
    """ "6:45" -> "six forty five", "5pm" -> "five P M", "12:00" -> "twelve o'clock".

    Raises:
        ValueError: `text` is not of the kind "time".
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time of day: {text!r}")
    hour, minute = int(found["hour"]), found["minute"] or "00"
    half = letters(found["half"].replace(".", "").upper()) if found["half"] else ()
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
