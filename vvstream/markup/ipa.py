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
    return known(_STRESS.sub(r"\2\1", _rewritten(ipa, _REWRITTEN)))


_MANDARIN: Final = (
    ("\u0361", ""), (".", ""), ("ˈ", ""), ("ˌ", ""), ("tʂ", "ꭧ"), ("ʈʂ", "ꭧ"), ("tɕ", "ʨ"),
    ("ts", "ʦ"), ("g", "ɡ"), ("˧˩˧", "↓"), ("˨˩˦", "↓"), ("˨˩˧", "↓"),
    ("˨˩", "↓"), ("˧˥", "↗"), ("˨˥", "↗"), ("˥˩", "↘"), ("˥˧", "↘"), ("˥˥", "→"), ("˥", "→"),
)  # fmt: skip
_CODA: Final = re.compile("([nŋ])([→↗↓↘])")
_JAPANESE: Final = (
    ("\u0361", ""), (".", ""), ("ˈ", ""), ("ꜜ", ""), ("tɕ", "ʨ"), ("dʑ", "ʥ"), ("ts", "ʦ"),
    ("dz", "ʣ"), ("g", "ɡ"), ("r", "ɾ"), ("ɯ̟", "ɯ"), ("ɯᵝ", "ɯ"), ("u", "ɯ"), ("ɰ̃", "ɴ"),
)  # fmt: skip


def mandarin(ipa: str) -> str:
    """The voices' symbols for Mandarin with tone letters: "ni˨˩˦ xau˨˩˦"."""
    return _CODA.sub(r"\2\1", _rewritten(ipa, _MANDARIN))


def japanese(ipa: str) -> str:
    """The voices' symbols for Japanese: "toːkʲoː"; pitch is left out."""
    return _rewritten(ipa, _JAPANESE)


def _rewritten(ipa: str, pairs: tuple[tuple[str, str], ...]) -> str:
    said = " ".join(ipa.strip("/[] \n\t").split())
    for symbol, ours in pairs:
        said = said.replace(symbol, ours)
    return said


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
