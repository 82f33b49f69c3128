"""Abbreviations with full stops -> words, and whether a sentence ends there too."""

import re
from typing import Final

from vvstream.text import abbreviations as ab
from vvstream.text import dates, money_units
from vvstream.text.items import Item, Items, letters, words
from vvstream.text.near import STARTERS, STARTING, Near
from vvstream.text.written import Written

_SIDES: Final = {
    "N": "North", "S": "South", "E": "East", "W": "West",
    "NE": "Northeast", "NW": "Northwest", "SE": "Southeast", "SW": "Southwest",
}  # fmt: skip
_ROADS: Final = frozenset("hwy highway i us sr route rte interstate exit".split())
_ROAD_NUMBER: Final = re.compile(r"-\d+$")
_NAMED: Final = frozenset(ab.WAYS.values())
_AGAINST: Final = {"v.": "versus", "d.": "defeated"}


def title(word: Written, near: Near) -> tuple[Items, bool]:
    """ "Dr." "Smith" -> "Doctor"; "St." is a saint before a name and a street after one."""
    following = near.behind()
    name = following is not None and word.joined and following.text[0].isupper()
    if word.text == "St.":
        new = following is None or following.text in STARTERS
        street = near.after_capital and (new or not name)
        return words("Street" if street or not name else "Saint"), word.closes or (street and new)
    drive = near.after_capital and near.lead not in STARTING and not name
    if word.text == "Dr." and drive:
        return words("Drive"), following is None
    return words(ab.TITLES[word.text]), following is None or word.closes


def short(word: Written, near: Near) -> tuple[Items, bool]:
    """ "No." "5" -> "Number", "etc." -> "etc", "Jan." -> "January"."""
    stem = word.text[:-1]
    following = near.behind() if not word.closes else None
    number = following is not None and word.joined and following.text[0].isdecimal()
    if stem in dates.SHORT_MONTHS or stem in dates.SHORT_DAYS:
        day = number or word.after.startswith(":") or date_follows(following)
        if stem in ("Sun", "Sat") and not day:
            return (Item(stem),), True
        ends = following is None or (
            near.after_number and following.text.partition("'")[0] in STARTERS
        )
        return words(dates.SHORT_MONTHS.get(stem) or dates.SHORT_DAYS[stem]), ends
    if word.text == "c." and near.lead.endswith(("st", "nd", "rd", "th")):
        return words("century"), following is None
    if word.text == "c." and near.after_number:
        return words("cup" if near.after_one else "cups"), following is None
    if word.text in ("fl.", "Fl.") and near.lead.endswith(("st", "nd", "rd", "th")):
        return words("floor"), following is None
    against = near.after_capital and following is not None and following.text[0].isupper()
    if word.text in _AGAINST and against:
        return words(_AGAINST[word.text]), False  # "Roe v. Wade", "Nadal d. Federer"
    if word.text == "in." and not near.after_number:
        return (Item("in"),), True
    if word.text == "v.":
        return letters("V"), True
    if number and word.text in ab.NEED_NUMBER:
        return words(ab.NEED_NUMBER[word.text]), False
    if word.text in ab.ALSO_WORDS:
        return (Item(stem),), True
    ends = following is None or (word.joined and _begins(word.text, following.text))
    if stem in money_units.UNITS and near.after_number:
        attached = not word.spaced  # "a 220-lb. quarterback"
        one = near.after_one or near.before_noun or attached
        return money_units.unit(stem, one=one) or words(stem), ends and not attached
    if word.text in ab.SHORT:
        return words(ab.SHORT[word.text]), ends
    return letters(stem.replace(".", "")), ends


def _begins(abbreviation: str, following: str) -> bool:
    """Whether the word after an abbreviation begins a sentence."""
    if abbreviation in ab.MAY_END:
        return following[0].isupper()
    return abbreviation in ab.ENDS_BEFORE_STARTER and following in STARTERS


def dotted(word: Written, near: Near) -> tuple[Items, bool]:
    """ "e.g." -> "for example", "U.S." -> "U S", "p.m." -> "P M"."""
    stem = word.text.rstrip(".").lower()
    said = ab.DOTTED.get(stem)
    if said is not None and stem in ab.ENDS_NO_SENTENCE:
        return words(said), False
    following = near.behind() if not word.closes else None
    capital = following is not None and following.text[0].isupper()
    zone = following is not None and len(following.text) > 1 and following.text.isupper()
    # "the U.S. Senate" and "5 p.m. EST" go on, "at 5 p.m. She" and "in the U.S. It" do not.
    ends = following is None or (
        capital and ((stem in ("a.m", "p.m") and not zone) or following.text in STARTERS)
    )
    spelled = stem.replace(".", "").upper()
    items = letters(spelled) if said is None else words(said)
    return items, word.text.endswith(".") and word.joined and ends


def initial(word: Written, near: Near) -> tuple[Items, bool]:
    """ "J." "Smith" -> "J"; in "plan A. The" and "Vitamin C. It" a sentence ends."""
    if near.lead == "°" and word.text in ("C.", "F."):
        return words("Celsius" if word.text == "C." else "Fahrenheit"), word.closes
    if (side := compass(word.text[0], near)) is not None:
        return words(side), False
    following = near.next() if not word.closes else None
    ends = following is None or following.text in STARTERS
    return letters(word.text[0]), word.joined and ends


def compass(text: str, near: Near) -> str | None:
    """The side of the town in an address: "150 W 5th St" -> "West"; None for anything else.

    Raises:
        NeedMore: one of the next two words has not arrived.
    """
    road = near.earlier if near.after_number else _ROAD_NUMBER.sub("", near.lead)
    if text in _SIDES and road in _ROADS:
        return _SIDES[text]
    if text not in _SIDES or not near.after_number:
        return None
    street = near.behind(1)
    if street is None or not (street.text[0].isupper() or street.text[0].isdecimal()):
        return None
    way = near.behind(2)
    if way is None:
        return None
    return _SIDES[text] if way.text.rstrip(".") in ab.WAYS or way.text in _NAMED else None


def date_follows(following: Written | None) -> bool:
    """Whether a day of the week stands before a date: "Sun" "Jan", "Sat" "5"."""
    return following is not None and (
        following.text[0].isdecimal() or following.text.rstrip(".") in dates.SHORT_MONTHS
    )
