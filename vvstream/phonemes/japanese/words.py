"""Japanese characters -> words with their sounds: UniDic's short units, put together.

`fugashi` (MIT; MeCab, BSD) with the dictionary of `unidic-lite` (MIT; UniDic 2.1.2, BSD) cuts a
stretch into short units and reads them. What is heard as one word becomes one: a verb with its
endings, a noun with its prefix and suffix, a number with its counter.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from threading import Lock
from typing import Any, Final, Literal

from vvstream.phonemes.english.dictionary import Dictionary
from vvstream.phonemes.japanese import latin
from vvstream.phonemes.japanese.kana import katakana, symbols
from vvstream.phonemes.japanese.readings import Token, usual
from vvstream.text.cjk.characters import is_kana, is_native
from vvstream.text.cjk.reader import Sound
from vvstream.text.japanese import figures
from vvstream.text.japanese.counters import COUNTERS, counted
from vvstream.text.japanese.numbers import NUMERALS, from_kanji

LOOK: Final = 12
"""Characters that a word waits for, where no mark or space comes sooner."""
SURE: Final = 4
"""Of these, words that end so far are settled."""

_NAMES: Final = {
    "%": "パーセント", "℃": "ド", "°": "ド", "+": "プラス", "=": "イコール", "×": "カケル", "÷": "ワル", "&": "アンド",
    "@": "アットマーク", "±": "プラスマイナス", "<": "ショーナリ", ">": "ダイナリ", "～": "カラ", "~": "カラ", "→": "カラ",
    "$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "エン", "￥": "エン", "№": "ナンバー", "〒": "ユービンバンゴー",
    "√": "ルート", "∞": "ムゲンダイ", "#": "シャープ", "♪": "", "≠": "ノットイコール", "≤": "ショーナリイコール",
    "≥": "ダイナリイコール", "²": "ノ ニジョー", "³": "ノ サンジョー", "≈": "ニアリーイコール",
}  # fmt: skip
_ENDINGS: Final = frozenset("て で ば ちゃ じゃ たり だり つつ ながら".split())
_JOINED: Final = frozenset("語 人 さん 的 化 性 者 中 式 用".split())
_SMALL: Final = frozenset("ーッャュョァィゥェォ")
"""They belong to the kana before them."""
_PREDICATES: Final = frozenset(("動詞", "形容詞", "助動詞"))


class JapaneseReader:
    """See `text.cjk.reader.Reader`. Shared by all; MeCab's lattice is not, so that calls take turns."""

    language: Literal["ja", "zh"] = "ja"
    look = LOOK
    keeps_digits = False
    pauses_at_spaces = False

    def __init__(self, loans: Dictionary) -> None:
        """`loans`: English words -> katakana."""
        self._lock = Lock()
        self._loans = loans
        self._kana = lru_cache(maxsize=8192)(symbols)

    def load(self) -> None:
        """Load the dictionary now, which takes a tenth of a second, and not at the first word.

        Raises ImportError: the packages of the extra `ja` are missing.
        """
        self.phrase("こんにちは")

    @cached_property
    def _parse(self) -> Callable[[str], Iterable[Any]]:
        folder = import_module("unidic_lite").DICDIR
        tagger: Callable[[str], Iterable[Any]] = import_module("fugashi").GenericTagger(
            f'-d "{folder}" -r "{folder}/mecabrc"'
        )
        return tagger

    def speaks(self, character: str) -> bool:
        """A kana or a Chinese character."""
        return is_native(character)

    def words(self, before: str, window: str, *, ended: bool) -> list[Sound]:
        """The words of `window` that nothing behind it can change any more, one at least.

        `before`: characters right before it, without a mark between; `ended`: nothing of the same
        stretch follows the window.
        """
        sounds: list[Sound] = []
        end = 0
        for text, kana in _words(self._tokens(before, window)):
            if sounds and not ended and end + len(text) > SURE:
                break
            if not ended and len(text) == len(window) > SURE and all(map(is_kana, text)):
                text = text[: _cut(text)]
                kana = katakana(text)
            sounds.append(Sound(len(text), self._kana(kana)))
            end += len(text)
        return sounds

    def figure(self, before: str, text: str) -> tuple[int, str]:
        """How much of `text` is a figure, and its sound; (0, "") for none."""
        length, said = figures.read(before, text)
        return length, self._spoken(said)

    def symbol(self, character: str) -> str:
        """The sound of a sign between words, "" for one that is silent."""
        return self._spoken(_NAMES.get(character, ""))

    def phrase(self, text: str) -> str:
        """The sound of Japanese that is known whole."""
        return " ".join(s.phonemes for s in self.words("", text, ended=True) if s.phonemes)

    def english(self, text: str, phonemes: str) -> str:
        """An English word as it is said in Japanese: as a loanword, by its letters, by its sounds."""
        return self._kana(latin.katakana_of(text, phonemes, self._loans))

    def _spoken(self, kana: str) -> str:
        return " ".join(self._kana(word) for word in kana.split())

    def _tokens(self, before: str, window: str) -> list[Token]:
        """The units of `window`, seen behind `before` where they do not run over its end."""
        tokens = self._parsed(before + window)
        end = 0
        for i, token in enumerate(tokens):
            if end == len(before):
                return _read(tokens, i)
            end += len(token.text)
        return _read(self._parsed(window), 0)

    def _parsed(self, text: str) -> list[Token]:
        with self._lock:
            return [_token(node.surface, node.feature) for node in self._parse(text)]


def _cut(text: str) -> int:
    """Where a word of kana that the window cut off is parted: not before a mark of length."""
    return max(i for i, c in enumerate(text) if i == 1 or katakana(c) not in _SMALL | {"ン"})


def _token(text: str, feature: Sequence[str]) -> Token:
    kana = feature[9] if len(feature) > 9 and feature[9] != "*" else ""
    if (not kana or katakana(text[0]) in _SMALL) and all(is_kana(c) for c in text):
        kana = katakana(text)
    return Token(text, kana, feature[0], feature[1] + feature[2], feature[4])


def _read(tokens: Sequence[Token], first: int) -> list[Token]:
    """The tokens from `first` on, with the readings that their neighbours call for."""
    return [
        Token(t.text, usual(tokens, i), t.part, t.kind, t.model)
        for i, t in enumerate(tokens)
        if i >= first
    ]


def _words(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """(text, katakana) of what is heard as one word."""
    words: list[tuple[str, str]] = []
    i = 0
    last: Token | None = None
    while i < len(tokens):
        length, kana = _number(tokens, i)
        if length:
            words.append(("".join(t.text for t in tokens[i : i + length]), kana))
        else:
            token, length = tokens[i], 1
            if last is not None and words and _joins(last, token):
                text, said = words[-1]
                words[-1] = (text + token.text, said + token.kana)
            else:
                words.append((token.text, token.kana))
        i += length
        last = tokens[i - 1]
    return words


def _joins(last: Token, token: Token) -> bool:
    """Whether a token is said as one word with the one before it."""
    if (last.text.endswith("曜") or last.text == "一昨") and token.text in ("日", "年"):
        return True
    if last.part == "接頭辞" or token.part == "接尾辞" or token.kana[:1] in _SMALL:
        return bool(last.kana and token.kana)
    if token.part == "助動詞":
        return last.part in _PREDICATES or last.text in _ENDINGS or token.text == "な"
    if token.text in _ENDINGS and token.part == "助詞":
        return last.part in _PREDICATES
    return token.text in _JOINED and token.part == "名詞" and last.part == "名詞"


def _number(tokens: Sequence[Token], i: int) -> tuple[int, str]:
    """How many tokens from `i` on are a number in Chinese characters with its counter: "三本"."""
    end = i
    while end < len(tokens) and tokens[end].kind.startswith("数詞"):
        if not NUMERALS.issuperset(tokens[end].text):
            return 0, ""
        end += 1
    if end == i or end == len(tokens) or tokens[end].text not in COUNTERS:
        return 0, ""
    value = from_kanji("".join(t.text for t in tokens[i:end]))
    of_month = i > 0 and tokens[i - 1].text.endswith("月")
    return end + 1 - i, counted(value, tokens[end].text, of_month=of_month)
