"""Stress marks, as the teacher's transcriptions have them.

The rules follow misaki 0.9.4 (`misaki/en.py`, Apache-2.0), since a voice that learned from its
transcriptions pronounces best what is transcribed alike.
"""

from typing import Final

PRIMARY: Final = "ˈ"
SECONDARY: Final = "ˌ"
# Without the ɐ of "a" and "an": the teacher's "to a" is "tə ɐ".
VOWELS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")
CONSONANTS: Final = frozenset("bdfhjklmnpstvwzðŋɡɹɾTʃʒʤʧθ")
_LONG: Final = frozenset("AIOQWYʤʧ")


def weight(phonemes: str) -> int:
    """How heavy a part of a compound is: diphthongs and affricates count twice."""
    return sum(2 if p in _LONG else 1 for p in phonemes)


def unstress(phonemes: str) -> str:
    return phonemes.replace(PRIMARY, "").replace(SECONDARY, "")


def weaken(phonemes: str) -> str:
    """Primary stress becomes secondary, secondary stress goes."""
    return phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY)


def demote(phonemes: str) -> str:
    """`weaken`, but what has no primary stress keeps what it has."""
    return weaken(phonemes) if PRIMARY in phonemes else phonemes


def emphasise(phonemes: str, *, strongly: bool) -> str:
    """A capitalised word has at least secondary stress, one in capitals (`strongly`) primary."""
    if PRIMARY in phonemes:
        return phonemes
    if SECONDARY in phonemes:
        return phonemes.replace(SECONDARY, PRIMARY) if strongly else phonemes
    return _mark_first_vowel(phonemes, PRIMARY if strongly else SECONDARY)


def _mark_first_vowel(phonemes: str, mark: str) -> str:
    for i, p in enumerate(phonemes):
        if p in VOWELS:
            return f"{phonemes[:i]}{mark}{phonemes[i:]}"
    return phonemes


def compound(parts: list[str], *, letter_first: bool = False) -> str:
    """Parts of one word ("well", "known") said as one: the lighter ones give up their stress.

    Where a single letter leads ("X-ray"), the other part gives way.
    """
    stressed = [p for p in parts if p]
    if letter_first and len(stressed) == 2:
        return stressed[0] + demote(stressed[1])
    ranks = sorted((PRIMARY in p, weight(p), i) for i, p in enumerate(stressed))
    if len(ranks) < 2 or sum(has for has, _, _ in ranks) <= (len(ranks) + 1) // 2:
        return "".join(stressed)
    for _, _, i in ranks[: len(ranks) // 2]:
        stressed[i] = demote(stressed[i])
    return "".join(stressed)


def to_teacher(phonemes: str) -> str:
    """The teacher writes the flap as T and has no glottal stop."""
    return phonemes.replace("ɾ", "T").replace("ʔ", "t")
