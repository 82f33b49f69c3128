"""Spellings that no dictionary lists, by those that it does: British ones, two words in one."""

import re
from collections.abc import Callable, Iterator
from typing import Final

_AMERICAN: Final = (
    (re.compile(r"(?<=[a-z]{4})is(ations?|ed?|es|ing|ers?|able)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})ys(ed?|es|ing|ers?)$"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{3})our(s|ed|ing|ites?|able|ful|less)?$"), r"or\1"),
    (re.compile(r"(?<=[aeiou])l(ments?|ful|fully)$"), r"ll\1"),
    (re.compile(r"(?<=[a-z]{3})e(able|ably)$"), r"\1"),
    (re.compile(r"ae(?=[a-z]{4})|oe(?=[a-z]{4})"), "e"),
)
_LEAST: Final = 4
"""Letters of each half of a word, but for those in `_SHORT`."""
_SHORT: Final = frozenset(
    "air app art bad bar big bio bot box bug bus car cat cup cut day dog ear eco end eye fan fat "
    "fun gas geo gun gym hot hub ice jet job key kid lab law leg log low map mud mug neo net new "
    "non off oil old one out own pad pay pet pig pod pop pre pub raw red rip run sea set sky sub "
    "sun tag tax tea tip top toy tri two use van war wax way web wet zip".split()
)
_NO_LAST: Final = frozenset("able ably ford ward thin shire".split())
"""What loses its vowel at the end of a word."""
_LONGEST: Final = 24
_SHIRE: Final = re.compile("([a-z]{3,})shire")


def american_spellings(word: str) -> Iterator[str]:
    """How Americans may spell a word in small letters: "modernisation" -> "modernization"."""
    for pattern, there in _AMERICAN:
        spelled, changes = pattern.subn(there, word)
        if changes:
            yield spelled


def county(word: str) -> str:
    """The town of "Warwickshire"; "" for no county."""
    found = _SHIRE.fullmatch(word)
    return "" if found is None else found[1]


def halves(word: str, common: Callable[[str], int]) -> tuple[str, str] | None:
    """The two words that a word in small letters consists of: "launchpad" -> "launch", "pad".

    `common`: how good a word is, 0 for none. The best pair wins, of several the most even one.
    """
    if len(word) > _LONGEST or not word.isalpha():
        return None
    pairs = [
        (common(first) + common(last), -abs(len(first) - len(last)), first, last)
        for first, last in ((word[:i], word[i:]) for i in range(3, len(word) - 2))
        if _may(first) and _may(last) and last not in _NO_LAST and common(first) and common(last)
    ]
    return max(pairs)[2:] if pairs else None


def _may(part: str) -> bool:
    return len(part) >= _LEAST or part in _SHORT
