"""Words of one language in the sounds of another, for a voice that has to read them aloud.

An English voice says 你好 as "niː haʊ", a Mandarin voice こんにちは with the syllables that it has.
English inside Japanese and Mandarin needs none of this: there the readers know what to do.
"""

import re
from typing import Final, Literal

Tongue = Literal["en", "ja", "zh"]

_TONES: Final = "→↗↓↘"
_FROM_MANDARIN: Final = {
    "ʦʰ": "ts", "\uab67ʰ": "ʧ", "ʨʰ": "ʧ", "pʰ": "p", "tʰ": "t", "kʰ": "k", "ʦ": "dz",
    "\uab67": "ʤ", "ʨ": "ʤ", "p": "b", "t": "d", "k": "ɡ", "x": "h", "ɕ": "ʃ", "ʂ": "ʃ",
    "ɻ": "ɹ", "ai": "I", "au": "W", "ei": "A", "ou": "O", "ɤ": "ʌ", "wo": "wɔ", "ɥe": "wɛ",
    "je": "jɛ", "ɥ": "w", "y": "u", "ɨ": "ə", "a": "ɑ", "e": "ɛ", "o": "O", "ɚ": "ɜɹ",
}  # fmt: skip
_FROM_JAPANESE: Final = {
    "kᵝ": "kw", "ɡᵝ": "ɡw", "ɯː": "u", "ɨː": "u", "oː": "O", "eː": "A", "aː": "ɑ",
    "iː": "i", "ʲi": "i", "ʲ": "j", "β": "w", "ɯ": "u", "ɨ": "u", "ɾ": "ɹ", "ɸ": "f",
    "ɕ": "ʃ", "ʥ": "ʤ", "ʨ": "ʧ", "ʣ": "z", "ʦ": "ts", "çi": "hi", "ç": "hj", "ɲi": "ni",
    "ɲ": "n", "ɴ": "n", "ʔ": "", "ː": "", "ai": "I", "ei": "A", "a": "ɑ", "e": "ɛ",
    "o": "O",
}  # fmt: skip
_JAPANESE_IN_MANDARIN: Final = {
    "kᵝ": "kʰw", "ɡᵝ": "kw", "kʲi": "ʨʰi", "ɡʲi": "ʨi", "sɨ": "sɨ", "ʲi": "i", "ʲ": "j",
    "β": "w", "ɯ": "u", "zɨ": "ʦɨ", "ʥ": "ʨ", "ʨ": "ʨʰ", "ʣ": "ʦ", "ʦ": "ʦʰ", "ɾ": "l",
    "ɸ": "f", "ç": "ɕ", "h": "x", "ɲ": "n", "ɴ": "n", "m": "m", "ʔ": "", "ː": "", "p": "pʰ",
    "t": "tʰ", "k": "kʰ", "b": "p", "d": "t", "ɡ": "k", "v": "w", "z": "ʦ",
}  # fmt: skip
_MANDARIN_IN_JAPANESE: Final = {
    "ʦʰ": "ʦ", "\uab67ʰ": "ʨ", "ʨʰ": "ʨ", "pʰ": "p", "tʰ": "t", "kʰ": "k", "ʦ": "ʣ",
    "\uab67": "ʥ", "ʨ": "ʥ", "p": "b", "t": "d", "k": "ɡ", "f": "ɸ", "x": "h", "ʂ": "ɕ",
    "ɻ": "ɾ", "l": "ɾ", "w": "β", "ɥ": "j", "y": "jɯ", "u": "ɯ", "ɤ": "a", "ə": "a",
    "ɛ": "e", "ʊ": "o", "ɔ": "o", "ŋ": "ɴ", "n": "n", "ɚ": "aː",
}  # fmt: skip


def _pattern(table: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))


_PAIRS: Final[dict[tuple[Tongue, Tongue], dict[str, str]]] = {
    # from, to
    ("zh", "en"): _FROM_MANDARIN,
    ("ja", "en"): _FROM_JAPANESE,
    ("ja", "zh"): _JAPANESE_IN_MANDARIN,
    ("zh", "ja"): _MANDARIN_IN_JAPANESE,
}
_PATTERNS: Final = {pair: _pattern(table) for pair, table in _PAIRS.items()}
_ENGLISH_VOWEL: Final = re.compile("[AIOWQYaeiouɑɔəɛɪʊʌɜ]")


def as_spoken_in(language: Tongue, phonemes: str, source: Tongue) -> str:
    """`phonemes` of the language `source` in the sounds of `language`; word by word."""
    pattern, table = _PATTERNS[source, language], _PAIRS[source, language]
    words = [
        _closed(pattern.sub(lambda match: table[match[0]], _plain(word, source)), language)
        for word in phonemes.split()
    ]
    return " ".join(word for word in words if word)


def _plain(word: str, source: Tongue) -> str:
    return re.sub(f"[{_TONES}]", "", word) if source == "zh" else word


def _closed(word: str, language: Tongue) -> str:
    """With the stress that English wants: on the first vowel."""
    if language == "en":
        return _ENGLISH_VOWEL.sub(lambda vowel: "ˈ" + vowel[0], word, count=1)
    return word
