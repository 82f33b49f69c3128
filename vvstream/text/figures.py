"""Reading figures: what a number is depends on the words around it."""

import re
from typing import Final

from vvstream.text import dates, money_units, numbers, web
from vvstream.text.chat import chat
from vvstream.text.formulas import SUPERSCRIPTS
from vvstream.text.items import Item, Items, letters, words
from vvstream.text.near import Near
from vvstream.text.written import Written

_YEAR_BEFORE: Final = frozenset(
    "in of since by from until till before after during around circa year late early mid spring "
    "summer autumn fall winter and to through class season copyright".split()
)
_DECADE_BEFORE: Final = frozenset("the his her their my our your early mid late and or to".split())
_SPELLED_AFTER: Final = frozenset(
    "gate flight room route bus apartment suite extension code pin error highway".split()
)
_MODELS: Final = frozenset("boeing airbus peugeot porsche ferrari mazda bmw".split())
"""Makers whose models are numbers of three figures."""
_STYLES: Final = frozenset(
    "music rock pop disco style fashion film films movie movies hits show shows era vibe".split()
)
_VERSIONED: Final = frozenset(
    "python version release ios android java ubuntu debian php ruby node django kernel "
    "windows".split()
)
_STATUSES: Final = frozenset("401 402 403 405 406 408 409 502 503 504".split())
_ANSWERS: Final = frozenset(
    "http status error code returned returns got a an with get gets response then".split()
)
"""Before them a number of a server's answer is said "five oh three"."""
_SERIALS: Final = frozenset(("isbn", "issn", "iban", "serial", "imei"))
_HOURS: Final = re.compile(r"\d+(?:h|hrs?)")
_LENGTHS: Final = frozenset("run race runs races walk resolution monitor tv video gold".split())
_DATE_BEFORE: Final = frozenset(
    "on by until since before after dated due closed starting starts begins ends opens".split()
)
_DAYS: Final = frozenset("birthday b'day bday anniversary wedding deadline".split())
_CODE_LETTERS: Final = frozenset("BAJNFDdEC")
"""Letters that after figures are more often part of a name ("seat 23F", "3D") than a unit."""

_TERM: Final = re.compile(f"\\d+(?:\\.\\d+)?[a-z]?[{SUPERSCRIPTS}]*")
_SCIENTIFIC: Final = re.compile(r"(-?)(\d+(?:\.\d+)?)[eE]([+-]?)(\d+)")


def quantity(word: Written, near: Near) -> Items:
    """A number, with a sign before it and a unit behind it as there may be."""
    sign, amount, suffix = take_apart(word.text)
    if (slang := chat(word.text, near)) is not None:
        return slang
    said = money_units.sign(sign)
    if sign == "-" and near.follows and not word.spaced:
        said = words("to")  # "10 a.m.-2 p.m."
    if suffix in ("st", "nd", "rd", "th") and "." not in amount:
        number = int(amount.replace(",", ""))
        return (*said, *(_day(number, near) or numbers.ordinal(number)))
    if suffix in ("s", "'s") and _is_decade(amount, suffix, near):
        return (*said, *_decade(amount))
    if not suffix:
        return (*said, *_bare(word, amount, near))
    one = money_units.is_one(amount) or near.lead in ("a", "an") or near.before_noun
    unit = None if suffix in _CODE_LETTERS else money_units.unit(suffix, one=one)
    if suffix in ("x", "X") and _in_formula(near):
        unit = letters(suffix.upper())
    if suffix == "m" and _HOURS.fullmatch(near.lead):
        unit = money_units.unit("min", one=one)  # "1h 30m"
    if (scale := _scale(amount, suffix, near)) is not None:
        unit = words(scale)
    if suffix == "h" and dates.is_clock(amount):
        return (*dates.clock(amount), Item("hours"))
    if unit is None:
        return web.name(word.text) if "/" in suffix else web.subwords(word.text)
    return (*said, *numbers.decimal(amount), *unit)


def _scale(amount: str, suffix: str, near: Near) -> str | None:
    """ "1.2M" -> "million", "1.5B" and "3bn" -> "billion", "20k" -> "thousand"; "3M" is a name,
    "8B" a code and "a 10k run" its length."""
    long = suffix == "K" and len(amount) > 2
    sure = suffix in ("bn", "tn") or long or (suffix == "M" and amount != "3")
    if suffix == "k" and len(amount) > 1:
        following = near.next()
        sure = following is None or following.text.lower() not in _LENGTHS
    return money_units.SCALES[suffix] if sure or (suffix == "B" and "." in amount) else None


def _in_formula(near: Near) -> bool:
    """Whether a sign of arithmetic stands beside: "2x + 1", "= 2x"."""
    if near.previous is not None and near.follows and near.previous.kind == "symbol":
        return True
    following = near.next()
    return following is not None and following.kind in ("symbol", "power")


def fraction(word: Written, near: Near) -> Items:
    """ "1/2" -> "one half"; "3/14" after "on" is a date."""
    if "/" not in word.text:
        return _vulgar(word.text, near)
    if word.text == "24/7/365":
        return words("twenty four seven three sixty five")
    if "." in word.text:  # a mark: "9.5/10"
        above_it, below_it = word.text.split("/")
        return (*numbers.decimal(above_it), *words("out of"), *numbers.whole(below_it))
    if word.text.endswith('"'):
        above_it, below_it = word.text[:-1].split("/")
        return (*numbers.fraction(int(above_it), int(below_it)), Item("inch"))
    whole, _, text = word.text.rpartition("-")
    above, below = (int(re.sub(r"\D", "", part)) for part in text.split("/"))
    if re.fullmatch(r"0\d/\d\d", text):  # of a card: "09/27"
        return (*numbers.digits_oh(text[:2]), *numbers.cardinal(below))
    if re.search(r"(?<!\d)0\d|\d{7}", text):
        return web.phone(text)
    named = (above, below) in ((24, 7), (9, 11), (7, 11), (20, 20)) or above + below == 100
    if named or _is_beat(below, near):
        return (*numbers.cardinal(above), *numbers.cardinal(below))
    if above == below:
        return (*numbers.cardinal(above), *words("out of"), *numbers.cardinal(below))
    before = near.previous
    day_before = "" if before is None else before.text.rstrip(".").title()
    weekday = day_before in dates.SHORT_DAYS or day_before in dates.SHORT_DAYS.values()
    dated = weekday or near.lead in _DATE_BEFORE or (near.lead == "is" and near.earlier in _DAYS)
    month, day = dates.month_and_day(above, below, near.customs)
    if dated and dates.is_date(month, day):
        return dates.day(month, day, near.customs)
    said = numbers.fraction(above, below)
    if whole:
        return (*numbers.cardinal(int(whole)), Item("and"), *said)
    mixed = near.lead.isdecimal() and above < below
    return (Item("and"), *said) if mixed else said


def _vulgar(text: str, near: Near) -> Items:
    """ "½" -> "one half", '8½"' -> "eight and a half inches"."""
    if text[-1] not in "'\"":
        return numbers.vulgar(text)
    unit = money_units.unit(text[-1], one=len(text) == 2 or near.lead in ("a", "an"))
    return (*numbers.vulgar(text[:-1]), *(unit or ()))


def _is_beat(below: int, near: Near) -> bool:
    """ "in 3/4 time" """
    following = near.next() if below in (2, 4, 8, 16) else None
    return following is not None and following.text.lower() in ("time", "meter", "metre")


def span(word: Written, near: Near) -> Items:
    """ "10-15 kg" -> "ten to fifteen", "1939-45" -> "nineteen thirty nine to forty five";
    "June 3-5" -> "third to fifth"."""
    text = word.text
    if near.lead == "#" and not word.spaced:
        return web.name(text)
    head, tail = re.split("[-–~]", text)
    if len(head) == 5 and len(tail) == 4 and text.replace("-", "").isdecimal():
        return web.phone(text)  # a ZIP code: 60614-1234
    _, amount, suffix = take_apart(tail)
    if not suffix and near.after_capital and dates.is_month(near.lead.title()):
        days = [_day(int(day), near) or () for day in (head, amount) if day.isdecimal()]
        if len(days) == 2 and all(days):
            return (*days[0], Item("to"), *days[1])
    if suffix in ("st", "nd", "rd", "th"):
        head = head.rstrip("stndrh")
        if head.isdecimal() and amount.isdecimal():
            return (*numbers.ordinal(int(head)), Item("to"), *numbers.ordinal(int(amount)))
        return web.name(text)
    unit = money_units.unit(suffix, one=False) if suffix else ()
    if suffix and head.endswith(suffix):  # "10k-15k", "5mm-8mm", but "12A-14A"
        head = head.removesuffix(suffix)
        if suffix in ("k", "K", "M", "bn", "tn"):
            unit = words(money_units.SCALES[suffix])
        elif suffix in _CODE_LETTERS:
            unit = None
    if unit is None:
        return web.name(text)
    first = head.rstrip("%°stndrh")
    if first == amount and len(first) > 1 and not unit:
        return (*numbers.whole(first), *numbers.whole(amount))  # "50-50"
    if first.isdecimal() and amount.isdecimal() and len(first) == 4 and first[0] in "12":
        until = numbers.year(int(amount)) if len(amount) == 4 else numbers.whole(amount)
        return (*numbers.year(int(first)), Item("to"), *until)
    return (*numbers.decimal(first), Item("to"), *numbers.decimal(amount), *unit)


def ratio(word: Written, near: Near) -> Items:
    """ "16:9" -> "sixteen to nine"; chapter and verse after a name: "Genesis 1:1" -> "one one"."""
    first, second = word.text.split(":")
    if len(first) > 3:  # ports: "8080:80"
        return (*web.number(first), Item("to"), *web.number(second))
    between = () if near.after_capital else words("to")
    return (*numbers.whole(first), *between, *numbers.whole(second))


def scientific(text: str) -> Items:
    """ "6.02e23" -> "six point zero two times ten to the twenty three".

    Raises:
        ValueError: `text` is not of the kind "scientific".
    """
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        raise ValueError(f"not in scientific notation: {text!r}")
    sign, amount, negative, power = found.groups()
    exponent = (*words("minus" if negative == "-" else ""), *numbers.whole(power))
    mantissa = (*money_units.sign(sign), *numbers.decimal(amount))
    return (*mantissa, *words("times ten to the"), *exponent)


def dash(word: Written, near: Near) -> Items:
    """A dash between numbers: "10 - 3" takes away, "10 - 15" is a range; a stroke, "6 / 2"."""
    text = word.text
    if text == "/":
        following = near.next()
        divides = near.after_number and following is not None and following.text[0].isdecimal()
        each = following is not None and (
            following.text in money_units.PER or following.text in ("s", "sec", "min", "hr")
        )
        doses = not word.spaced and following is not None and near.lead.isalpha()
        if following is not None and following.text in ("ea.", "each"):
            return ()
        # "100/month", "water/day", "4 doses/24 hrs"
        rate = "per" if each or doses or near.lead[-1:].isdecimal() else ""
        return words("divided by" if divides else rate)
    following = near.next()
    first, second = near.lead, "" if following is None else following.text
    if not (first.isdecimal() and second.isdecimal()):
        taken = word.spaced and (near.after_term or _TERM.fullmatch(near.lead) is not None)
        return words("minus" if taken else "to")
    return words("to" if int(second) > int(first) else "minus")


def phone(word: Written, near: Near) -> Items:
    """ "555-1234" digit by digit; "+24" is a number where no more figures follow."""
    following = near.next() if len(word.text) <= 4 else None
    if len(word.text) <= 4 and not (following is not None and following.text[0].isdecimal()):
        return (Item("plus"), *numbers.whole(word.text[1:]))
    return web.phone(word.text)


def code(word: Written, near: Near) -> Items:
    """A code-like word where the one before decides: an extension, a book's number, a negative."""
    text = word.text
    if (said := chat(text, near)) is not None:
        return said
    before = near.previous
    if before is not None and re.fullmatch(r"x\d+", text) and (before.kind == "phone"):
        return (Item("extension"), *numbers.digits_oh(text))
    if near.lead in _SERIALS and re.fullmatch(r"[\dXx-]+", text):
        return web.phone(text)
    if word.raw.startswith("−"):
        return (Item("minus"), *web.name(text[1:]))
    if near.follows and before is not None and before.kind == "symbol":
        if re.fullmatch(r"-[A-Za-z]", text):
            return (Item("minus"), *letters(text[1:].upper()))
    return web.name(text)


def take_apart(text: str) -> tuple[str, str, str]:
    """Sign, amount and unit of a quantity."""
    sign = next((s for s in ("+/-", *"-+~≈<>≤≥±") if text.startswith(s)), "")
    text = text[len(sign) :]
    end = len(text)
    while not text[end - 1].isdecimal():
        end -= 1
    return sign, text[:end], text[end:]


def _bare(word: Written, amount: str, near: Near) -> Items:
    """Digits alone: a year, a day of the month, a number in a code, or an amount."""
    if dials(word, amount, near):
        return web.phone(amount)
    if not amount.isdecimal():
        return web.version(amount) if near.lead in _VERSIONED else numbers.decimal(amount)
    number = int(amount)
    day = _day(number, near)
    if day is not None:
        return day
    after_month = dates.is_month(near.lead.title())
    if len(amount) == 4 and near.earlier not in ("ending", "ends"):
        model = near.previous is not None and near.after_capital and near.previous.text.isupper()
        dated = amount[0] in "12" and (near.lead in _YEAR_BEFORE or after_month)
        if model or dated or 1100 <= number < 2100:
            return numbers.year(number)
    if amount == "911":
        return web.number(amount) if near.lead in _MODELS else numbers.digits(amount)
    following = near.next() if amount[0] == "0" and dates.is_clock(amount) else None
    if following is not None and following.text in ("h", "hrs", "hours"):
        return dates.clock(amount)
    if amount == "404" or (amount in _STATUSES and near.lead in _ANSWERS):
        return (*numbers.cardinal(number // 100), *numbers.digits_oh(amount[1:]))
    if len(amount) == 5 and near.after_capital and near.previous is not None:
        if near.previous.kind == "dotted" or len(near.lead) == 2:
            return numbers.digits(amount)  # a ZIP code: "MO 63101", "D.C. 20001"
    if len(amount) == 3 and (near.lead in _MODELS or _is_designator(near)):
        return web.number(amount)
    if near.lead in _SPELLED_AFTER and len(amount) > 2:
        return web.number(amount)
    if near.lead in ("cvv", "cvc") or (near.lead == "in" and near.earlier in ("ending", "ends")):
        return numbers.digits(amount)
    return numbers.whole(amount)


def _day(number: int, near: Near) -> Items | None:
    """The day of a month: "May 5"; in Britain "5 May" and "5th May" too."""
    if not 1 <= number <= 31:
        return None
    day_first = near.customs.day_first
    the = (Item("the", tag="DT"),) if day_first and near.lead != "the" else ()
    month = near.lead.rpartition("–")[2].title()
    if near.after_capital and dates.is_month(month):
        return (*the, *numbers.ordinal(number))
    following = near.next() if day_first and not near.after_symbol else None
    if following is not None and dates.is_month(following.text):
        return (*the, *numbers.ordinal(number), Item("of"))
    return None


def _is_designator(near: Near) -> bool:
    """Whether two capitals stand before the figures: an airline, a road, a kind of paper."""
    before = near.previous
    return near.after_capital and before is not None and (
        before.text.isupper() and len(before.text) == 2 and before.kind == "word"
    )


def dials(word: Written, amount: str, near: Near) -> bool:
    """Whether digits are a group of a telephone number: "(555) 123-4567", "555 123 4567"."""
    if near.dialling:
        return amount.isdecimal()
    if not amount.isdecimal() or len(amount) not in (3, 4, 5):
        return False
    if word.before.endswith("(") and word.after.startswith(")"):
        following = near.behind()
        return following is not None and following.kind == "phone"
    if len(amount) != 3 and amount[0] != "0":
        return False
    following = near.next()
    if following is None or not following.joined or not _digits(following.text, 3, 4):
        return False
    last = near.behind(2)
    return last is not None and _digits(last.text, 4, 4)


def _digits(text: str, least: int, most: int) -> bool:
    return text.isdecimal() and least <= len(text) <= most


def _is_decade(amount: str, suffix: str, near: Near) -> bool:
    """ "the 80s" and "the 1990's", but "10s" alone is ten seconds."""
    if "." in amount or "," in amount:
        return False
    if len(amount) == 4 or suffix == "'s" or near.lead in _DECADE_BEFORE or near.lead == "in":
        return True
    following = near.next()
    return following is not None and following.text.lower() in _STYLES


def _decade(amount: str) -> Items:
    number = int(amount)
    return numbers.plural(numbers.year(number) if len(amount) == 4 else numbers.cardinal(number))
