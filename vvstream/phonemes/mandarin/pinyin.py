"""Pinyin syllables -> the teacher's symbols.

The teacher was trained on the transcription of misaki 0.9.4 (`zh.py`, `transcription.py`,
Apache-2.0; after pinyin-to-ipa, MIT), which is reproduced here: the tone stands behind the vowel,
→ ↗ ↓ ↘ for the four tones, nothing for the neutral one.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_INITIALS: Final = {
    "b": "p", "c": "ʦʰ", "ch": "\uab67ʰ", "d": "t", "f": "f", "g": "k", "h": "x", "j": "ʨ",
    "k": "kʰ", "l": "l", "m": "m", "n": "n", "p": "pʰ", "q": "ʨʰ", "r": "ɻ", "s": "s", "sh": "ʂ",
    "t": "tʰ", "x": "ɕ", "z": "ʦ", "zh": "\uab67", "": "",
}  # fmt: skip
_FINALS: Final = {
    # vowels, then what stands behind the tone
    "a": ("a", ""), "ai": ("ai", ""), "an": ("a", "n"), "ang": ("a", "ŋ"), "ao": ("au", ""),
    "e": ("ɤ", ""), "ei": ("ei", ""), "en": ("ə", "n"), "eng": ("ə", "ŋ"), "i": ("i", ""),
    "ia": ("ja", ""), "ian": ("jɛ", "n"), "iang": ("ja", "ŋ"), "iao": ("jau", ""),
    "ie": ("je", ""), "in": ("i", "n"), "iou": ("jou", ""), "ing": ("i", "ŋ"),
    "iong": ("jʊ", "ŋ"), "ong": ("ʊ", "ŋ"), "ou": ("ou", ""), "u": ("u", ""), "uei": ("wei", ""),
    "ua": ("wa", ""), "uai": ("wai", ""), "uan": ("wa", "n"), "uen": ("wə", "n"),
    "uang": ("wa", "ŋ"), "ueng": ("wə", "ŋ"), "uo": ("wo", ""), "o": ("wo", ""), "ü": ("y", ""),
    "üe": ("ɥe", ""), "üan": ("ɥɛ", "n"), "ün": ("y", "n"), "ê": ("ɛ", ""), "ɨ": ("ɨ", ""),
    "er": ("ɚ", ""), "ɔ": ("ɔ", ""),
}  # fmt: skip
_HUMMED: Final = {
    "m": "m", "n": "n", "ng": "ŋ", "hm": "hm", "hng": "hŋ", "yo": "jɔ",
}  # fmt: skip
"""Interjections that are no syllable otherwise."""
_TONES: Final = {1: "→", 2: "↗", 3: "↓", 4: "↘", 5: ""}
_SYLLABLE: Final = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxzcsr]?)([a-zêü]+)")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable: "zhong", tone 1; tone 5 is the neutral one."""

    letters: str
    tone: int
    rhotic: bool = False
    """With -r ("花儿")."""


_MARKS: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_WRITTEN: Final = re.compile(r"([a-zêü]+)([0-5]?)(r(?![a-zêü]))?|[\s'’-]+")


def syllables(text: str) -> list[Syllable]:
    """ "bei3 jing1", "bei3jing1" or "běi jīng" taken apart; no tone is the neutral one.

    Raises:
        ValueError: something of it is no syllable.
    """
    plain = ""
    tone = ""
    # Tone marks stand in the middle of a syllable, tone numbers at its end.
    for c in unicodedata.normalize("NFD", text.lower()) + " ":
        if c in _MARKS:
            tone = _MARKS[c]
        elif c in "\u0308\u0302" and plain:
            plain = plain[:-1] + unicodedata.normalize("NFC", plain[-1] + c)
        else:
            if not c.isalpha() and tone:
                plain, tone = plain + tone, ""
            plain += c
    found: list[Syllable] = []
    at = 0
    while at < len(plain):
        match = _WRITTEN.match(plain, at)
        if match is None:
            raise ValueError(f"ph: expected syllables such as bei3 jing1, got {ascii(text[:24])}")
        if match[1]:
            found.append(_syllable(match[1], match[2], rhotic=bool(match[3])))
        at = match.end()
    return found


def _syllable(letters: str, tone: str, *, rhotic: bool) -> Syllable:
    if letters.endswith("r") and letters not in ("er", "r"):
        letters, rhotic = letters[:-1], True
    if letters == "r":
        letters = "er"
    syllable = Syllable(letters, int(tone or 5) or 5, rhotic)
    symbols(syllable)
    return syllable


def symbols(syllable: Syllable) -> str:
    """The teacher's symbols.

    Raises:
        ValueError: this is no syllable of Mandarin.
    """
    tone = _TONES[syllable.tone]
    letters = syllable.letters.replace("v", "ü")
    if letters in _HUMMED:
        return _HUMMED[letters] + tone
    initial, final = _split(letters)
    vowel, coda = _FINALS[final]
    # The teacher knows no coloured vowels: it says the syllable and a short ɚ, and is understood.
    return _INITIALS[initial] + vowel + tone + coda + "ɚ" * syllable.rhotic


def _split(letters: str) -> tuple[str, str]:
    """Initial and full final: "liu" -> l + iou, "yue" -> üe, "zhi" -> zh + ɨ."""
    match = _SYLLABLE.fullmatch(_spelled_out(letters))
    if match is None or _full(match[1], match[2]) not in _FINALS:
        raise ValueError(f"{letters!r} is no syllable of Mandarin")
    return match[1], _full(match[1], match[2])


def _spelled_out(letters: str) -> str:
    """Without the y and w that only say that no consonant begins the syllable."""
    if letters.startswith("yu"):
        return "ü" + letters[2:]
    if letters.startswith("yi"):
        return letters[1:]
    if letters.startswith("y"):
        return "i" + letters[1:]
    if letters.startswith("wu"):
        return letters[1:]
    return "u" + letters[1:] if letters.startswith("w") else letters


def _full(initial: str, final: str) -> str:
    if initial in ("j", "q", "x") and final[0] == "u":
        final = "ü" + final[1:]
    if initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
        return "ɨ"
    if final == "o" and not initial:
        return "ɔ"
    return {"iu": "iou", "ui": "uei", "un": "uen", "üen": "ün"}.get(final, final)
