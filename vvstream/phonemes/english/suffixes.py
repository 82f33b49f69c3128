"""How -s, -ed, -ing and -shire sound after a stem, in either accent.

The rules follow misaki 0.9.4 (`Lexicon._s`, `_ed`, `_ing`, Apache-2.0), which leaves British -ing
after a vowel undecided. Here an r that was silent is heard again: "blur", "blurring".
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Suffixes:
    """The suffixes of one accent. Stems are phonemes with at least one sound."""

    weak: str
    """The vowel of "churches" and "needed"."""
    before_flap: frozenset[str]
    """A t between one of these and a suffix is flapped."""
    before_r: tuple[str, ...]
    """Stems that end so have an r before a vowel."""
    shire: str
    """The end of "Warwickshire"."""

    def plural(self, stem: str) -> str:
        """The stem with -s: https://en.wiktionary.org/wiki/-s"""
        if stem[-1] in "ptkfθ":
            return stem + "s"
        if stem[-1] in "szʃʒʧʤ":
            return f"{stem}{self.weak}z"
        return stem + "z"

    def past(self, stem: str) -> str:
        """The stem with -ed: https://en.wiktionary.org/wiki/-ed"""
        if stem[-1] in "pkfθʃsʧ":
            return stem + "t"
        if stem[-1] == "d":
            return f"{stem}{self.weak}d"
        if stem[-1] != "t":
            return stem + "d"
        if len(stem) < 2:
            return stem + "ɪd"
        return f"{self._flapped(stem)}{self.weak}d"

    def progressive(self, stem: str) -> str:
        """The stem with -ing."""
        return self._flapped(stem) + "ɹ" * stem.endswith(self.before_r) + "ɪŋ"

    def _flapped(self, stem: str) -> str:
        flapped = stem[-1] == "t" and stem[-2:-1] in self.before_flap
        return stem[:-1] + "ɾ" if flapped else stem


AMERICAN: Final = Suffixes("ᵻ", frozenset("AIOWYiuæɑəɛɪɹʊʌ"), (), "ʃəɹ")
BRITISH: Final = Suffixes("ɪ", frozenset(), ("ə", "ɑː", "ɔː", "ɜː", "ɛː"), "ʃə")
