"""Tones as they are spoken together: third tones in a row, 一, 不, and -r.

Each rule looks one syllable ahead, at the tone that the dictionary gives, so that what a word
becomes depends on the next word's first syllable and on nothing behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from vvstream.phonemes.mandarin.pinyin import Syllable

_FIGURES: Final = frozenset("零〇一二三四五六七八九十百千万亿幺两点第")
_GIVE: Final = frozenset("个")  # of the fourth tone, though said without one
_ROOT_R: Final = frozenset(
    "女婴幼孤胎少健宠患男妻生混侄孙小产育乞弃低患早美蚁胚门托新球歌骄胖一二三大"
)
"""After these 儿 is a word or syllable of its own: "女儿", "婴儿"."""
_AFTER_R: Final = frozenset("子童女科歌媳时孙")
"""Before them 儿 begins a word: "儿子", "儿童"."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with a syllable for each character; None where a character cannot be said."""

    text: str
    syllables: tuple[Syllable | None, ...]


def join_r(words: Sequence[Spoken]) -> list[Spoken]:
    """The words with "儿" where it only colours the syllable before it: silent, part of that word.

    A silent character's syllable is None.
    """
    joined: list[Spoken] = []
    for word in words:
        if joined and word.text[0] == "儿" and _takes_r(joined[-1], word.text[1:]):
            joined[-1] = _with_r(joined[-1])
            word = Spoken(word.text[1:], word.syllables[1:])
        place = word.text.rfind("儿", 1)
        if place > 0:
            head = Spoken(word.text[:place], word.syllables[:place])
            if _takes_r(head, word.text[place + 1 :]):
                head = _with_r(head)
                tail = word.text[place + 1 :]
                word = Spoken(head.text + tail, (*head.syllables, *word.syllables[place + 1 :]))
        if word.text:
            joined.append(word)
    return joined


def _with_r(word: Spoken) -> Spoken:
    *head, last = word.syllables
    assert last is not None
    return Spoken(word.text + "儿", (*head, replace(last, rhotic=True), None))


def _takes_r(word: Spoken, behind: str) -> bool:
    last = word.syllables[-1]
    return (
        word.text[-1] not in _ROOT_R
        and last is not None
        and last.letters != "er"
        and not last.rhotic
        and behind[:1] not in _AFTER_R
    )


def change_tones(words: Sequence[Spoken]) -> list[Spoken]:
    """The words with the tones that are heard."""
    flat = [
        (character, syllable, at, len(word.text))
        for at, word in enumerate(words)
        for character, syllable in zip(word.text, word.syllables, strict=True)
    ]
    changed: list[list[Syllable | None]] = [[] for _ in words]
    for i, (_, syllable, at, _) in enumerate(flat):
        changed[at].append(None if syllable is None else _changed(flat, i, syllable))
    return [
        replace(word, syllables=tuple(syllables))
        for word, syllables in zip(words, changed, strict=True)
    ]


def _changed(
    flat: Sequence[tuple[str, Syllable | None, int, int]], i: int, syllable: Syllable
) -> Syllable:
    character, _, at, length = flat[i]
    behind = next((entry for entry in flat[i + 1 :] if entry[1] is not None), None)
    before = flat[i - 1][0] if i else ""
    if character == "一":
        return replace(syllable, tone=_tone_of_one(before, behind, at))
    if behind is None or behind[1] is None:
        return syllable
    following = behind[1].tone
    if character == "不":
        if before == behind[0]:
            return replace(syllable, tone=5)  # "是不是"
        return replace(syllable, tone=2 if following == 4 else 4)
    together = behind[2] == at or length == 1 or behind[3] == 1
    if syllable.tone == 3 and following == 3 and together:
        return replace(syllable, tone=2)
    return syllable


def _tone_of_one(
    before: str, behind: tuple[str, Syllable | None, int, int] | None, at: int
) -> int:
    """一 is of the first tone as a figure and at the end of a word."""
    if behind is None or behind[1] is None:
        return 1
    if before == behind[0] and before not in _FIGURES:
        return 5  # "看一看"
    if before in ("第", "十", "初", "周", "期", "点", "零", "〇"):
        return 1
    if behind[0] in _FIGURES and behind[0] not in "百千万亿点":
        return 1
    if behind[0] in "月日号楼班" or (before in _FIGURES and before != "百"):
        return 1
    if before and before in "统唯单合同专" and behind[2] != at:
        return 1
    fourth = behind[1].tone == 4 or behind[0] in _GIVE
    return 2 if fourth else 4
