"""The IPA of dictionaries -> the symbols that the voices know.

A dictionary writes "pɪˈkɑːn": stress before the syllable, vowels with their length, diphthongs as
two letters. The voices' symbols have stress before the vowel and one letter a diphthong.
"""

import re
from typing import Final

from vvstream.phonemes.english.rules import CONSONANTS
from vvstream.phonemes.inventory import encode

_REWRITTEN: Final = (
    ("\u0361", ""), ("\u035c", ""), (".", ""), ("‿", ""), ("'", "ˈ"), ("ˑ", ""),
    ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "Q"), ("aʊ", "W"), ("ɔɪ", "Y"),
    ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ɝː", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɝ", "ɜɹ"), ("ɚ", "əɹ"),
    ("l̩", "ᵊl"), ("n̩", "ᵊn"), ("m̩", "ᵊm"), ("ː", ""), ("ɾ", "T"), ("ʔ", "t"),
    ("g", "ɡ"), ("r", "ɹ"), ("e", "ɛ"), ("ɫ", "l"), ("ʍ", "w"), ("ɱ", "m"), ("ɵ", "ʊ"),
)  # fmt: skip
_SILENT: Final = frozenset("ˈˌː;:,.!?—…()“” \"")
_STRESS: Final = re.compile(rf"([ˈˌ])([{''.join(sorted(CONSONANTS))}]+)")


def symbols(ipa: str) -> str:
    """The voices' symbols for a transcription.

    Raises:
        ValueError: a symbol has no counterpart, or there is none at all; says which.
    """
    said = " ".join(ipa.strip("/[] \n\t").split())
    for symbol, ours in _REWRITTEN:
        said = said.replace(symbol, ours)
    return known(_STRESS.sub(r"\2\1", said))


def known(phonemes: str) -> str:
    """The phonemes, if the voices know all of them.

    Raises:
        ValueError: one is unknown, or there is none.
    """
    phonemes = phonemes.strip()
    encode(phonemes)
    if set(phonemes) <= _SILENT:
        raise ValueError(f"no phonemes in {phonemes[:24]!r}")
    return phonemes
