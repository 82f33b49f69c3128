"""Characters: what each one stands for in a language written with Latin letters.

`fold` turns a chunk into plain ASCII and the few symbols that the rules know, each character with
the place it came from: accents go, ligatures and full-width forms are taken apart, digits of all
scripts become 0-9, quotes and dashes take one form, invisible and control characters vanish.
What cannot be spoken becomes a space and is reported.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vvstream.text.escapes import escapes
from vvstream.text.formulas import LOGIC, SUPERSCRIPTS
from vvstream.text.items import GIVEN

_TRANSLATED: Final = {
    "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "´": "'", "′": "'", "ʻ": "'", "`": "`",
    "“": "“", "„": "“", "‟": "“", "«": "“", "”": "”", "»": "”", "″": '"',
    "‐": "-", "‑": "-", "−": "-", "–": "–", "‒": "–", "—": "—", "―": "—",
    "…": "…", "‥": "…", "¿": "", "¡": "", "·": "·", "•": "•", "‣": "•", "◦": "•", "▪": "•",
    "、": ",", "。": ".", "،": ",", "؟": "?", "؛": ";", "।": ".",
    "「": "“", "」": "”", "『": "“", "』": "”", "《": "“", "》": "”", "【": "(", "】": ")",
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "ŋ": "ng",
    "∆": "Δ", "➜": "→", "➔": "→", "➝": "→", "➞": "→", "➡": "→", "⟶": "→", "⇨": "→",
    "№": "No.", "⁄": "/", "∕": "/", "∗": "*", "⋅": "·", "∙": "·", "µ": "μ",
}  # fmt: skip

_KEPT: Final = frozenset(
    f"{GIVEN}$£€¥₹₩₿¢°%‰×÷±≤≥≠≈∞√→←↑↓⇒§¶©®™½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞♭♯{LOGIC}{SUPERSCRIPTS}"
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω"
)

_SMALL_ROMAN: Final = frozenset("ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ")
"""Numerals, while letters that look alike may be a word."""
_JOINER: Final = "\u200d"
_KEYCAP: Final = "\u20e3"
_CLUSTER_TAIL: Final = frozenset(
    ["\ufe0e", "\ufe0f", _KEYCAP, *(chr(c) for c in range(0x1F3FB, 0x1F400))]
)
_TAG_LETTERS: Final = range(0xE0020, 0xE0080)  # spell the sub-regions of flags
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_PICTURES: Final = (
    range(0x1F000, 0x1FB00),
    range(0x2600, 0x27C0),
    range(0x2B00, 0x2C00),
    range(0x2300, 0x2400),
    range(0x25A0, 0x2600),
    range(0x3030, 0x3031),
)


@dataclass(frozen=True, slots=True)
class Folded:
    text: str
    places: tuple[int, ...]
    """Where each character of `text` comes from in the original, and the original's length."""
    unspeakable: tuple[tuple[int, int], ...]
    """[start, end) stretches of the original that nothing is said for."""


def is_picture(character: str) -> bool:
    """An emoji or another pictogram."""
    code = ord(character)
    ours = character in _KEPT or character in _TRANSLATED
    return code > 0x2000 and not ours and any(code in r for r in _PICTURES)


def fold(text: str) -> Folded:
    """`text` in the characters that the rules know. Time linear in its length."""
    escaped = {start: (end, plain) for start, end, plain in escapes(text)}
    if not escaped and text.isascii() and text.isprintable():
        return Folded(text, tuple(range(len(text) + 1)), ())
    folded: list[str] = []
    places: list[int] = []
    unspeakable: list[tuple[int, int]] = []
    for start, end in _clusters(text, escaped):
        if start in escaped:
            plain: str | None = "".join(_plain(c) or "" for c in escaped[start][1])
        else:
            plain = text[start] if is_picture(text[start]) else _plain(text[start])
        if plain is None:
            if unspeakable and unspeakable[-1][1] == start:
                start = unspeakable.pop()[0]
            else:
                folded.append(" ")
                places.append(start)
            unspeakable.append((start, end))
            continue
        folded.append(plain)
        places += [start] * len(plain)
    return Folded("".join(folded), (*places, len(text)), tuple(unspeakable))


def script(character: str) -> str:
    """What a character is, in one word: "CJK", "ARABIC", "SURROGATE"."""
    if unicodedata.category(character) == "Cs":
        return "SURROGATE"
    return unicodedata.name(character, "UNNAMED").split()[0]


def _clusters(
    text: str, escaped: Mapping[int, tuple[int, str]]
) -> Iterator[tuple[int, int]]:
    """[start, end) of each character; an escape is one, and an emoji with what modifies it."""
    i = 0
    while i < len(text):
        start = i
        if start in escaped:
            i = escaped[start][0]
            yield start, i
            continue
        i += 1
        if is_picture(text[start]):
            if ord(text[start]) in _FLAG_LETTERS:
                i += i < len(text) and ord(text[i]) in _FLAG_LETTERS
            while i < len(text):
                if text[i] in _CLUSTER_TAIL or ord(text[i]) in _TAG_LETTERS:
                    i += 1
                elif text[i] == _JOINER and i + 1 < len(text) and is_picture(text[i + 1]):
                    i += 2
                else:
                    break
        yield start, i


@lru_cache(maxsize=4096)
def _plain(character: str) -> str | None:
    """What one character stands for; "" for nothing at all, None for what cannot be spoken."""
    if character.isascii():
        return character if character.isprintable() else ""
    if character in _TRANSLATED:
        return _TRANSLATED[character]
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    plain = "".join(
        _TRANSLATED.get(c, c)
        for c in unicodedata.normalize("NFKD", character)
        if not unicodedata.combining(c)
    )
    if character in _SMALL_ROMAN:
        plain = plain.upper()
    if plain and plain != character and all(c.isascii() or c in _KEPT for c in plain):
        return plain.strip()
    return None
