"""Addresses, paths, file names and other code-like words -> what a person would read out."""

import re
from typing import Final

from vvstream.text import formulas, money_units
from vvstream.text.items import Item, Items, letters, words
from vvstream.text.numbers import cardinal, decimal, digits, digits_oh, plural, whole, year

_SIGNS: Final = {
    ".": "dot", "/": "slash", "\\": "backslash", ":": "colon", "@": "at", "-": "dash",
    "_": "underscore", "?": "question mark", "=": "equals", "&": "and", "+": "plus", "#": "hash",
    "%": "percent", "~": "tilde", "²": "squared", "³": "cubed", "°": "degrees", "μ": "micro",
}  # fmt: skip

# Endings and names that are said letter by letter although they could be read as words.
_SPELLED: Final = frozenset(
    "io ai co uk eu de fr jp cn tv js ts utf py rs md css html xml yml csv pdf png jpg jpeg gif "
    "mp exe dll http https ftp sftp ssh www url api usr src tmp etc lib cfg ini txt cpp hpp "
    "xlsx docx pptx svg mpg avi mkv wav ogg tgz gz xz db id ui ux ip tcp udp dns vpn cpu gpu "
    "ram usb kb mb gb tb ms ok sdk cli gui ide llm nlp tts asr pid uid gid npm pnpm k8s mc".split()
)
_READ: Final = {
    "etc": "etcetera", "usr": "user", "src": "source", "tmp": "temp", "lib": "lib", "cfg": "config",
    "txt": "text", "yml": "yaml", "exe": "E X E", "www": "W W W", "ok": "okay",
}  # fmt: skip

_CODES: Final = re.compile(r"[A-Z0-9]*[A-Z][A-Z0-9]*(?:/[A-Z0-9]*[A-Z][A-Z0-9]*)+")
_SUBWORD: Final = re.compile(
    r"\d+(?:[.,]\d+)*|IPv(?=\d)|MiG|[A-Z]+(?![a-z])|[A-Z]?[a-z]+(?:'[a-z]+)?|[^A-Za-z0-9]"
)


def address(text: str) -> Items:
    """A URL, domain or e-mail address: "example.com/faq" -> "example dot com slash F A Q".

    The scheme and a leading "www." are left out, as people do; of a query, its words are said.
    """
    text = re.sub(r"^(?:mailto:|[a-z]+://)", "", text)
    text = re.sub(r"^www\.", "", text)
    return _symbols(text.rstrip("/"))


def path(text: str) -> Items:
    """A path or file name: "/usr/bin/python3" -> "slash user slash bin slash python three"."""
    return _symbols(text)


def name(text: str) -> Items:
    """A code-like word: "snake_case" -> "snake case", "std::vector" -> "S T D vector".

    Signs between its parts are silent but for those that people say: "a.b()" -> "A dot B".
    """
    if (size := re.fullmatch(r"(?!0\d|0[xX])(\d+)[xX](\d+)([A-Za-z]*)", text)) is not None:
        unit = money_units.unit(size[3], one=False) if size[3] else ()
        if unit is not None:
            return (*number(size[1]), Item("by"), *number(size[2]), *unit)
    if (lasts := re.fullmatch(r"(\d{1,3})h(\d{1,2})m?", text)) is not None:
        hours, minutes = (money_units.unit(u, one=n == "1") or () for u, n in zip(
            ("h", "min"), lasts.groups(), strict=True
        ))  # fmt: skip
        return (*whole(lasts[1]), *hours, *cardinal(int(lasts[2])), *minutes)
    if re.fullmatch(r"0[xX][0-9A-Fa-f]+", text):
        return (*digits("0"), *letters("X"), *formulas.hexadecimal(text[2:]))
    if re.fullmatch(r"\d{1,3}(?:_\d{3})+", text):
        return whole(text.replace("_", ""))
    if (said_so := formulas.formula(text)) is not None:
        return said_so
    said: Items = ()
    if _CODES.fullmatch(text):
        return tuple(item for part in text.split("/") for item in subwords(part))
    for part in re.split(r"((?<!\d)\.|\.(?!\d)|\+|=|(?<!\d)/|/(?!\d))|[-_:\\>()]+", text):
        if part and re.fullmatch(r"\d{2,4}'?s", part):
            said += plural(number(part.rstrip("'s")))
        elif part and re.fullmatch(r"\d+/\d+", part):
            said += tuple(item for figure in part.split("/") for item in number(figure))
        elif part:
            said += words(_SIGNS[part]) if part in _SIGNS else subwords(part)
    return said


def tag(text: str) -> Items:
    """ "#ThrowbackThursday" -> "hashtag throwback thursday", "@jo_b" -> "at jo b"."""
    return (*words("hashtag" if text[0] == "#" else "at"), *name(text[1:]))


def version(text: str) -> Items:
    """ "v1.2.10" -> "version one point two point ten", "10.0.0.1" -> "ten dot zero dot ..."."""
    lead, numbers, tail = re.fullmatch(r"([vV]?)([\d.]*\d)\.?(.*)", text).groups()  # type: ignore[union-attr]
    join = "dot" if numbers.count(".") == 3 and not lead else "point"
    said: Items = words("version") if lead else ()
    for i, part in enumerate(numbers.rstrip(".").split(".")):
        said += (*(words(join) if i else ()), *whole(part))
    if tail == "x":
        return (*said, Item("dot"), *letters("X"))
    return (*said, *(name(tail) if tail else ()))


def host(text: str) -> Items:
    """An IPv4 address with a port or the length of its network: "10.0.0.0/8"."""
    found = re.split("([:/])", text)
    return (*version(found[0]), Item(_SIGNS[found[1]]), *number(found[2]))


def phone(text: str) -> Items:
    """Digit by digit, a pause after each group: "555-12" -> "five five five, one two"."""
    said: Items = words("plus") if text.startswith("+") else ()
    groups = [g for g in re.split(r"\D+", text) if g]
    for i, group in enumerate(groups):
        said += digits_oh(group)
        if i + 1 < len(groups):
            *head, last = said
            said = (*head, Item(last.text, last.how, tag=","))
    return said


def subwords(text: str) -> Items:
    """The parts of a word that mixes letters, digits and capitals: "getHTTPResponse2"."""
    if (several := re.fullmatch(r"(\d+)([A-Z])s", text)) is not None:  # "the 3Rs"
        return (*number(several[1]), Item(several[2] + "'s", "letters"))
    said: Items = ()
    for part in _SUBWORD.findall(text):
        if part[0].isdecimal():
            said += number(part)
        elif part.isupper() and len(part) < 4 and any(c.isdecimal() for c in text):
            said += letters(part)
        elif part == "IPv":
            said += letters("IPV")
        elif not part[0].isalpha():
            said += words(_SIGNS.get(part, ""))
        else:
            said += _part(part)
    return said


def number(text: str) -> Items:
    """Digits in a name: "7" -> "seven", "101" -> "one oh one", "8080" -> "eighty eighty"."""
    if "," in text:
        return whole(text)
    if "." in text:
        return decimal(text) if text.count(".") == 1 else version(text)
    if text[0] == "0" and len(text) > 1:
        return digits_oh(text)
    if len(text) == 3 and not text.endswith("00"):
        rest = digits_oh(text[1:]) if text[1] == "0" else cardinal(int(text[1:]))
        return (*cardinal(int(text[0])), *rest)
    if len(text) == 4:
        return year(int(text))
    return cardinal(int(text)) if len(text) < 4 else digits(text)


def _symbols(text: str) -> Items:
    said: Items = ()
    for part in re.split(r"([^A-Za-z0-9'])", text):
        if not part:
            continue
        if part in _SIGNS:
            said += words(_SIGNS[part])
        elif part[0].isalnum():
            said += subwords(part)
    return said


def _part(text: str) -> Items:
    lower = text.lower()
    if lower in _READ:
        read = _READ[lower]
        return letters(read.replace(" ", "")) if " " in read else words(read)
    if lower in _SPELLED or len(text) == 1 or not any(c in "aeiouy" for c in lower):
        return letters(text.upper())
    return words(text if text.isupper() else lower)
