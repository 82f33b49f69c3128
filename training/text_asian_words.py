"""Sentences around the words of a dictionary, so that every syllable is heard beside many others.

Patterns and manuals have 1,600 Chinese characters between them; the 20,000 words of everyday
frequency in jieba's dictionary (MIT) have 4,000. What is said with them need not be true.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from training.text_sources import Passage

OFTEN: Final = 150
"""How often a word stands in the texts that the dictionary was made from, at least."""
SENTENCES: Final = 16_000
_WORD: Final = re.compile(r"([一-鿿]{2,4}) (\d+) ([a-z]+)")
_KINDS: Final = {"n": "noun", "v": "verb", "a": "quality", "i": "saying", "l": "saying", "ns": "place"}

_PATTERNS: Final = (
    "{noun}、{noun}、{noun}和{noun}。", "{verb}、{verb}、{verb}，还有{verb}。", "{quality}、{quality}、{quality}。",
    "{noun}和{noun}之间有什么关系？", "他们正在讨论{noun}的{noun}。", "这个{noun}比那个{noun}更{quality}。",
    "我没想到{noun}会这么{quality}！", "请不要在{place}{verb}。", "从{place}到{place}，到处都是{noun}。",
    "为了{verb}，大家都在{verb}。", "{noun}需要{verb}，也需要{verb}。", "他说自己{saying}，可是谁也不相信。",
    "老人{saying}，年轻人{saying}。", "{saying}，{saying}。", "你知道“{saying}”是什么意思吗？", "{place}的{noun}很{quality}。",
    "如果没有{noun}，我们怎么{verb}？", "除了{noun}，还有{noun}、{noun}。", "据说{place}已经开始{verb}{noun}了。",
    "{noun}{verb}以后，{noun}变得{quality}起来。", "既要{verb}，又要{verb}，真不容易。", "她把{noun}叫做{noun}。",
    "{noun}！", "{noun}？", "{verb}。", "{saying}。", "{quality}的{noun}。", "{place}，{place}。", "{verb}{noun}。",
)  # fmt: skip
_SLOT: Final = re.compile(r"\{(\w+)\}")


def words_of(dictionary: str) -> dict[str, list[str]]:
    """The words of jieba's `dict.txt` that people use, by kind."""
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
    for line in dictionary.splitlines():
        match = _WORD.fullmatch(line)
        if match is None or match[3] not in _KINDS:
            continue
        kind = _KINDS[match[3]]
        if int(match[2]) >= (OFTEN if kind != "saying" else 3):
            found[kind].append(match[1])
    return found


def passages(root: Path) -> Iterator[Passage]:
    """`SENTENCES` sentences out of the unpacked package; none follows another."""
    (file,) = root.glob("**/jieba/dict.txt")
    yield from sentences_with(words_of(file.read_text(encoding="utf-8")), random.Random(0))


def sentences_with(words: Mapping[str, Sequence[str]], r: random.Random) -> Iterator[Passage]:
    """Each word of a kind once before one comes again."""
    decks: dict[str, list[str]] = {kind: [] for kind in words}

    def draw(match: re.Match[str]) -> str:
        deck = decks[match[1]]
        if not deck:
            deck += r.sample(words[match[1]], len(words[match[1]]))
        return deck.pop()

    for _ in range(SENTENCES):
        yield [_SLOT.sub(draw, r.choice(_PATTERNS))]
