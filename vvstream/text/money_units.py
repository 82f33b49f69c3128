"""Money and measures -> words."""

import re
from typing import Final

from vvstream.text.items import Item, Items, letters, words
from vvstream.text.numbers import cardinal, decimal, vulgar, whole

CURRENCIES: Final = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won", "", ""),
    "₿": ("bitcoin", "bitcoins", "", ""),
    "R$": ("real", "reals", "", ""),
    "¢": ("cent", "cents", "", ""),
}
_COUNTRIES: Final = {
    "US": "U S", "AU": "Australian", "A": "Australian", "CA": "Canadian", "C": "Canadian",
    "NZ": "New Zealand", "HK": "Hong Kong", "S": "Singapore", "R": "",
}  # fmt: skip
CODES: Final = {
    "USD": "U S dollars", "EUR": "euros", "GBP": "pounds", "JPY": "yen", "CNY": "yuan",
    "CHF": "Swiss francs", "CAD": "Canadian dollars", "AUD": "Australian dollars",
}  # fmt: skip
SCALES: Final = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mm": "million",
    "MM": "million", "b": "billion", "B": "billion", "bn": "billion", "tn": "trillion",
    "T": "trillion",
}  # fmt: skip
MAGNITUDES: Final = frozenset(
    "hundred thousand million billion trillion quadrillion dozen lakh crore".split()
)

_MONEY: Final = re.compile(
    r"(?P<sign>[-~≈<>≤≥]?)(?P<land>[A-Z]{0,2})(?P<symbol>[$£€¥₹₩₿])(?P<amount>[\d,]*\d(?:\.\d+)?|\.\d+)"
    r"(?:(?:[-–]|\.\.)[$£€¥₹₩₿]?(?P<upper>[\d,]*\d(?:\.\d+)?|\.\d+))?(?P<scale>[A-Za-z]*)"
)
_MONEY_AFTER: Final = re.compile(
    r"(?P<sign>[-~]?)(?P<amount>[\d,]*\d(?:\.\d+)?|\.\d+)(?P<scale>[A-Za-z]*)(?P<symbol>[$£€¥₹₩₿¢])"
)

_CENTS: Final = re.compile(r"\.\d\d$")
_EUROPEAN: Final = re.compile(r",\d\d(?!\d)")
_SWAPPED: Final = str.maketrans(".,", ",.")

SIGNS: Final = {
    "-": "minus", "+": "plus", "~": "about", "≈": "about", "<": "less than", ">": "more than",
    "≤": "at most", "≥": "at least", "±": "plus or minus", "+/-": "plus or minus", "": "",
}  # fmt: skip

_SINGULAR: Final[dict[str, str]] = {
    "%": "percent", "‰": "per mille", "°": "degree", "°C": "degree Celsius",
    "°F": "degree Fahrenheit", "°K": "kelvin", "mm": "millimeter", "cm": "centimeter",
    "m": "meter", "km": "kilometer", "μm": "micrometer", "um": "micrometer", "nm": "nanometer",
    "ft": "foot", "'": "foot", "in": "inch", '"': "inch", "''": "inch", "yd": "yard", "yds": "yard",
    "mi": "mile", "mg": "milligram", "g": "gram", "kg": "kilogram", "kgs": "kilogram",
    "μg": "microgram", "t": "ton", "lb": "pound", "lbs": "pound", "oz": "ounce",
    "ml": "milliliter", "mL": "milliliter", "cl": "centiliter", "l": "liter", "L": "liter",
    "gal": "gallon", "bbl": "barrel", "qt": "quart", "pt": "point", "pts": "point",
    "dl": "deciliter",
    "dL": "deciliter", "tsp": "teaspoon", "Tbsp": "tablespoon", "tbsp": "tablespoon",
    "ns": "nanosecond", "μs": "microsecond", "us": "microsecond", "ms": "millisecond",
    "s": "second", "sec": "second", "secs": "second", "min": "minute", "mins": "minute",
    "h": "hour", "hr": "hour", "hrs": "hour", "yr": "year", "yrs": "year", "wk": "week",
    "mo": "month", "Hz": "hertz", "kHz": "kilohertz", "KHz": "kilohertz", "MHz": "megahertz",
    "GHz": "gigahertz", "W": "watt", "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt",
    "kWh": "kilowatt hour", "Wh": "watt hour", "V": "volt", "kV": "kilovolt", "mV": "millivolt",
    "A": "amp", "mA": "milliamp", "mAh": "milliamp hour", "Ω": "ohm", "kΩ": "kilohm",
    "MΩ": "megohm", "mΩ": "milliohm", "μF": "microfarad", "nF": "nanofarad", "pF": "picofarad",
    "μA": "microamp", "μV": "microvolt", "μL": "microliter", "μl": "microliter",
    "J": "joule", "mol": "mole", "mmol": "millimole",
    "kJ": "kilojoule", "N": "newton", "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal",
    "mmHg": "millimeter of mercury",
    "cal": "calorie", "kcal": "kilocalorie", "dB": "decibel", "lm": "lumen", "hp": "horsepower",
    "bit": "bit", "B": "byte", "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte",
    "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte", "KiB": "kibibyte", "MiB": "mebibyte",
    "GiB": "gibibyte", "kbps": "kilobit per second", "Mbps": "megabit per second",
    "Gbps": "gigabit per second", "mph": "mile per hour", "kph": "kilometer per hour",
    "kmh": "kilometer per hour", "bps": "basis point",
    "fps": "frame per second", "rpm": "R P M",
    "bpm": "beat per minute", "dpi": "dot per inch", "ppm": "part per million",
    "mpg": "mile per gallon", "px": "pixel",
    "tok": "token", "req": "request", "msg": "message", "day": "day",
    "ha": "hectare", "sqft": "square foot",
    "ft²": "square foot", "m²": "square meter", "km²": "square kilometer",
    "cm²": "square centimeter", "m³": "cubic meter", "cm³": "cubic centimeter", "x": "times",
    "X": "times",
}  # fmt: skip
_IRREGULAR: Final = {
    "foot": "feet", "inch": "inches", "square foot": "square feet",
    "degree Celsius": "degrees Celsius", "degree Fahrenheit": "degrees Fahrenheit",
} | {same: same for same in (
    "percent", "per mille", "hertz", "kilohertz", "megahertz", "gigahertz", "horsepower", "R P M",
    "times",
)}  # fmt: skip


def _several(one: str) -> str:
    """The plural of a unit: "mile per hour" -> "miles per hour"."""
    head, per, rest = re.split("( per | of |$)", one, maxsplit=1)
    return _IRREGULAR.get(head, head + "s") + per + rest


UNITS: Final = {name: (one, _several(one)) for name, one in _SINGULAR.items()}
"""Unit -> its name for one, and for several."""

STANDING_ALONE: Final = frozenset(UNITS) - frozenset(
    ["'", '"', "''", "in", "us", "x", "X", "A", "t", "min", "pt", "B", "s", "h", "m", "g", "l", "L",
     "V", "W", "N", "J", "mo", "wk", "bit", "%"]
) | frozenset(["%"])  # fmt: skip
"""Units that mean a unit even after a space; shorter ones only where a number leads."""
AFTER_NUMBER: Final = STANDING_ALONE | frozenset(
    ["m", "s", "h", "g", "l", "L", "V", "W", "min", "t", "pt", "N", "J"]
)


def unit(name: str, *, one: bool) -> Items | None:
    """The words of a unit, also "km/h" and "$/month"; None if it is none."""
    if name in UNITS:
        return _said(UNITS[name][0 if one else 1])
    if (inverse := re.fullmatch("([A-Za-z]+)⁻([¹²³])", name)) is not None:
        said = (Item("per"), *_said(_SINGULAR.get(inverse[1], "kelvin")))
        return (*said, *words({"¹": "", "²": "squared", "³": "cubed"}[inverse[2]]))
    above, slash, below = name.partition("/")
    below = below if below in PER else _SINGULAR.get(below, "")
    if slash and above in UNITS and below:
        return (*_said(UNITS[above][0 if one else 1]), Item("per"), *_said(below))
    return None


PER: Final = frozenset(("day", "week", "month", "year", "hour", "minute", "second", "person"))
"""What stands behind the stroke of a rate."""


def code(name: str) -> Items:
    """A currency by its code: "USD" -> "U S dollars"."""
    return _said(CODES[name])


def _said(text: str) -> Items:
    return tuple(
        item
        for w in text.split()
        for item in (letters(w) if len(w) == 1 and w.isupper() else words(w))
    )


def feet(text: str) -> Items:
    """ 6'2" -> "six feet two"."""
    whole_feet, inches = text.rstrip("\"'").split("'")
    vulgar_inches = not inches[-1].isdecimal()
    return (*whole(whole_feet), Item("feet"), *(vulgar if vulgar_inches else decimal)(inches))


def is_one(amount: str) -> bool:
    """Whether a unit after this number stands in the singular."""
    return amount.replace(",", "") == "1"


def sign(mark: str) -> Items:
    return words(SIGNS[mark])


def money(text: str, magnitude: str = "", *, attributive: bool = False) -> Items:
    """ "$5" -> "five dollars"; with the word behind it, "$5" "million" -> "five million dollars".

    `attributive`: it stands before a noun, in the singular: "a five dollar bill".

    Raises:
        ValueError: `text` is not of the kind "money".
    """
    if _EUROPEAN.search(text):
        text = text.translate(_SWAPPED)
    found = _MONEY.fullmatch(text) or _MONEY_AFTER.fullmatch(text)
    if found is None:
        raise ValueError(f"not an amount of money: {text!r}")
    parts = found.groupdict()
    symbol = "R$" if parts.get("land") == "R" else parts["symbol"]
    one, several, small, smalls = CURRENCIES[symbol]
    several, smalls = (one, small) if attributive else (several, smalls)
    land = _said(_COUNTRIES.get(parts.get("land") or "", ""))
    amount, upper = parts["amount"], parts.get("upper")
    scale = magnitude or SCALES.get(parts["scale"], "")
    if upper is not None and not scale and _CENTS.search(amount) and _CENTS.search(upper):
        first, last = (money(symbol + each) for each in (amount, upper))
        return (*sign(parts["sign"]), *first, Item("to"), *last)
    if upper is not None:
        between = (*decimal(amount), Item("to"), *decimal(upper))
        return (*sign(parts["sign"]), *between, *words(scale), *land, Item(several))
    units, point, cents = amount.partition(".")
    if scale or (point and (len(cents) != 2 or not small)):
        singular = is_one(amount) and not scale
        name = one if singular else several
        return (*sign(parts["sign"]), *decimal(amount), *words(scale), *land, Item(name))
    said: Items = ()
    if not point or units.strip("0,") or not cents.strip("0"):
        said = (*whole(units or "0"), *land, Item(one if is_one(units) else several))
    if cents.strip("0"):
        number = int(cents)
        join = (Item("and"),) if said else ()
        said = (*said, *join, *cardinal(number), Item(small if number == 1 else smalls))
    return (*sign(parts["sign"]), *said)
