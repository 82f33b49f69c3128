"""What sciences write: powers, angles, chemical formulas, addresses in hexadecimal -> words."""

import re
from typing import Final

from vvstream.text.items import Item, Items, letters, words
from vvstream.text.numbers import cardinal, decimal, digits, whole

LOGIC: Final = "∅∈∉∋∩∪⊂⊆⊃⊇∀∃∑∏∫∂∇∝≡¬∧∨⊕⊗∴∠⊥∥≪≫↔⇔∘"
"""Signs of mathematics that have a name and no other use."""
SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿⁱ"
PLAIN: Final = str.maketrans(SUPERSCRIPTS, "0123456789-+ni")

_ELEMENTS: Final = frozenset(
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu".split()
)
_FORMULA: Final = re.compile(r"(?:[A-Z][a-z]?\d{0,2}){2,}|[A-Z][a-z]?\d{1,2}")
COMPOUNDS: Final = frozenset(
    "NaCl HCl KCl LiCl NaOH KOH LiOH CaO MgO ZnO FeO CuO KBr NaF HBr HF HCN KCN AgCl GaAs GaN "
    "TiN SiC".split()
)
"""Formulas without figures, said by their letters."""
_PARTS: Final = re.compile(r"[A-Z][a-z]?|\d+")

_POWER: Final = re.compile(r"(-?)(\d+)")
_CHARGE: Final = re.compile(r"(\d*)([-+])")
_DIRECTIONS: Final = {"N": "north", "S": "south", "E": "east", "W": "west", "": ""}
_ANGLE: Final = re.compile(r"(\d+)°(\d+)'(?:(\d+(?:\.\d+)?)\")?([NSEW]?)")


def power(text: str) -> Items:
    """ "^2" or "²" -> "squared", "^10" -> "to the power of ten", "⁻³" -> "to the minus three",
    and a charge: "²⁺" -> "two plus"."""
    exponent = text.lstrip("^*").translate(PLAIN)
    if exponent in ("2", "3"):
        return words("squared" if exponent == "2" else "cubed")
    if (found := _POWER.fullmatch(exponent)) is not None:
        minus, number = found.groups()
        return (*words("to the minus" if minus else "to the power of"), *whole(number))
    if exponent in ("n", "i"):
        return (*words("to the"), *letters(exponent.upper()))
    if (found := _CHARGE.fullmatch(exponent)) is not None:
        number, sign = found.groups()
        return (*(whole(number) if number else ()), Item("plus" if sign == "+" else "minus"))
    return ()


def angle(text: str) -> Items:
    """ 40°26'46"N -> "forty degrees twenty six minutes forty six seconds north".

    Raises:
        ValueError: `text` is not of the kind "angle".
    """
    found = _ANGLE.fullmatch(text)
    if found is None:
        raise ValueError(f"not an angle: {text!r}")
    degrees, minutes, seconds, towards = found.groups()
    said = (*whole(degrees), Item("degrees"), *cardinal(int(minutes)), Item("minutes"))
    if seconds is not None:
        said = (*said, *decimal(seconds), Item("seconds"))
    return (*said, *words(_DIRECTIONS[towards]))


def direction(text: str) -> Items | None:
    """The point of the compass behind degrees: "N" -> "north"; None for anything else."""
    return words(_DIRECTIONS[text]) if text and text in _DIRECTIONS else None


def formula(text: str) -> Items | None:
    """A chemical formula with figures by its letters: "Fe2O3" -> "F E two O three"; else None."""
    if not _FORMULA.fullmatch(text) or text.isalpha():
        return None
    said: Items = ()
    for part in _PARTS.findall(text):
        if part.isdecimal():
            said += whole(part)
        elif part in _ELEMENTS:
            said += letters(part.upper())
        else:
            return None
    return said


def hexadecimal(text: str) -> Items:
    """An IPv6 or hardware address, sign by sign: "fe80::1" -> "F E eight zero colon colon one"."""
    said: Items = ()
    for sign in text:
        if sign == ":":
            said += words("colon")
        else:
            said += digits(sign) if sign.isdecimal() else letters(sign.upper())
    return said
