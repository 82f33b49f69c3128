"""Chinese characters -> words with their syllables: jieba's words, pypinyin's readings.

`rjieba` (MIT) cuts a stretch of characters into words; `pypinyin` (MIT) knows how they are read;
`polyphones` decides where a character stands alone, `sandhi` how the tones go together.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any, Final, Literal

from vvstream.phonemes.mandarin.pinyin import Syllable, symbols
from vvstream.phonemes.mandarin.polyphones import WORDS, reading
from vvstream.phonemes.mandarin.sandhi import Spoken, change_tones, join_r
from vvstream.text.cjk.characters import is_han
from vvstream.text.cjk.reader import Sound
from vvstream.text.mandarin import figures, simplified

LOOK: Final = 10
"""Characters that a word waits for, where no mark or space comes sooner."""
SURE: Final = 4
"""Of these, words that end so far are settled."""

_NAMES: Final = {
    "%": "百分号", "‰": "千分号", "℃": "摄氏度", "℉": "华氏度", "°": "度", "+": "加", "=": "等于",
    "×": "乘", "÷": "除以", "&": "和", "@": "艾特", "±": "正负", "<": "小于", ">": "大于",
    "≤": "小于等于", "≥": "大于等于", "≈": "约等于", "≠": "不等于", "→": "到", "√": "根号",
    "²": "平方", "³": "立方", "$": "美元", "€": "欧元", "£": "英镑", "¥": "元", "￥": "元", "№": "号", "∞": "无穷大",
}  # fmt: skip

_MUCH: Final = re.compile("多(?![^了吗])")
"""Behind "难得", where that is not a word but "harder by far"."""

_PARTICLES: Final = frozenset("地得的了着过儿在是和就不也都很倒")


class MandarinReader:
    """See `text.cjk.reader.Reader`. Read-only and shared; a cache of words is all that changes."""

    language: Literal["ja", "zh"] = "zh"
    look = LOOK
    keeps_digits = True
    pauses_at_spaces = True

    def load(self) -> None:
        """Load the dictionaries now, which takes half a second, and not at the first word.

        Raises ImportError: the packages of the extra `zh` are missing.
        """
        self.phrase("你好")

    @cached_property
    def _jieba(self) -> Any:
        return import_module("rjieba").Jieba()

    @cached_property
    def _pinyin(self) -> Callable[[str], Sequence[str]]:
        pypinyin = import_module("pypinyin")

        def pinyin(word: str) -> Sequence[str]:
            return tuple(
                pypinyin.lazy_pinyin(
                    word,
                    style=pypinyin.Style.TONE3,
                    neutral_tone_with_five=True,
                    errors=lambda text: [""] * len(text),
                )
            )

        return lru_cache(maxsize=16_384)(pinyin)

    def speaks(self, character: str) -> bool:
        """A Chinese character."""
        return is_han(character)

    def words(self, before: str, window: str, *, ended: bool) -> list[Sound]:
        """The words of `window` that nothing behind it can change any more, one at least.

        `before`: characters right before it, without a mark between; `ended`: nothing of the same
        stretch follows the window.
        """
        whole, parted = simplified(before + window), len(before)
        before, text = whole[:parted], whole[parted:]
        cut = [part for word in self._jieba.cut(text) for part in self._parts(word)]
        sounds: list[Sound] = []
        end = 0
        for word in self._said(before, cut):
            length = len(word.text)
            if sounds and not ended and end + length > SURE:
                break
            sounds.append(Sound(length, _phonemes(word)))
            end += length
        return sounds

    def figure(self, before: str, text: str) -> tuple[int, str]:
        """How much of `text` is a figure, and its sound; (0, "") for none."""
        length, said = figures.read(text, before)
        return length, self.phrase(said)

    def symbol(self, character: str) -> str:
        """The sound of a sign between words, "" for one that is silent."""
        return self.phrase(_NAMES.get(character, ""))

    def phrase(self, text: str) -> str:
        """The sound of Chinese that is known whole."""
        return " ".join(s.phonemes for s in self.words("", text, ended=True) if s.phonemes)

    def english(self, text: str, phonemes: str) -> str:
        """An English word, as this voice says it: as it is, the symbols are the same."""
        return phonemes

    def _said(self, before: str, words: list[str]) -> list[Spoken]:
        text = before + "".join(words)
        at = len(before)
        said: list[Spoken] = []
        for word in words:
            said.append(Spoken(word, self._syllables(text, at, word)))
            at += len(word)
        # The character before has a say about 一 and 不; its own sound is settled.
        context = [Spoken(before[-1], (Syllable("a", 5),))] if before else []
        return change_tones([*context, *join_r(said)])[len(context) :]

    def _parts(self, word: str) -> Sequence[str]:
        """A word that jieba guessed, taken apart where it swallowed a particle: "地说"."""
        guessed = len(word) == 2 and not self._jieba.has_word(word)
        return word if guessed and _PARTICLES & frozenset(word) else (word,)

    def _syllables(self, text: str, at: int, word: str) -> tuple[Syllable | None, ...]:
        if len(word) == 1:
            own = reading(word, text[max(0, at - 3) : at], text[at + 1 : at + 4])
            if own:
                return (as_syllable(own),)
        known = WORDS.get(word)
        if word == "难得" and _MUCH.match(text, at + 2):
            known = ("nan2", "de5")
        return tuple(as_syllable(pinyin) for pinyin in known or self._pinyin(word))


def as_syllable(pinyin: str) -> Syllable | None:
    """ "zhang3" taken apart; None for what the teacher has no symbols for."""
    if not pinyin or not pinyin[-1].isdecimal():
        return None
    syllable = Syllable(pinyin[:-1], int(pinyin[-1]))
    try:
        symbols(syllable)
    except ValueError:
        return None
    return syllable


def _phonemes(word: Spoken) -> str:
    return "".join(symbols(syllable) for syllable in word.syllables if syllable is not None)
