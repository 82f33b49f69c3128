"""English words as they are said in Japanese: loanwords, the names of letters, sounds as kana."""

import re
from typing import Final

from vvstream.phonemes.english.dictionary import Dictionary

_LETTERS: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー "
        "エックス ワイ ゼット".split(),
        strict=True,
    )
)
_READ_OUT: Final = {
    # what the English front end says for signs and figures, without stress
    "dɑt": "ドット", "slæʃ": "スラッシュ", "æt": "アット", "kOlən": "コロン", "bækslæʃ": "バックスラッシュ",
    "ikwəlz": "イコール", "ikwᵊlz": "イコール", "dæʃ": "ハイフン", "ʌndəɹskɔɹ": "アンダーバー", "hæʃ": "シャープ",
    "kwɛsʧᵊn": "クエスチョン", "mɑɹk": "マーク", "pYnt": "ポイント", "vɜɹʒən": "バージョン", "plʌs": "プラス",
    "zɪɹO": "ゼロ", "wʌn": "ワン", "tu": "ツー", "θɹi": "スリー", "fɔɹ": "フォー", "fIv": "ファイブ", "sɪks": "シックス",
    "sɛvᵊn": "セブン", "sɛvən": "セブン", "At": "エイト", "nIn": "ナイン", "tɛn": "テン", "ɪlɛvᵊn": "イレブン", "əlɛvᵊn": "イレブン",
    "twɛlv": "トゥエルブ", "twɛnti": "トゥエンティ", "hʌndɹəd": "ハンドレッド", "wˌʌn": "ワン", "kɑm": "コム", "ænd": "アンド",
}  # fmt: skip
_USUAL: Final = {
    "ctrl": "コントロール", "dr.": "ドクター", "mr.": "ミスター", "mrs.": "ミセス", "ms.": "ミズ", "nato": "ナトー",
    "AM": "エーエム",
}  # fmt: skip
"""Words that are no loanwords in the dictionary and sound otherwise."""
_NAMED: Final = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "A bi si di i ɛf ʤi Aʧ I ʤA kA ɛl ɛm ɛn O pi kju ɑɹ ɛs ti ju vi dʌbᵊlju ɛks wI zi".split(),
        strict=True,
    )
)
"""What English calls the letters, without stress."""
_STRESS: Final = str.maketrans("", "", "ˈˌ")

_VOWELS: Final = {
    # sound: the row of its first vowel, and what follows
    "æ": ("a", ""), "ʌ": ("a", ""), "ɑ": ("a", ""), "a": ("a", ""), "ɐ": ("a", ""), "ə": ("a", ""),
    "ɔ": ("o", "ー"), "ɒ": ("o", ""), "ɛ": ("e", ""), "e": ("e", ""), "ɪ": ("i", ""), "ᵻ": ("i", ""),
    "i": ("i", "ー"), "ʊ": ("u", ""), "u": ("u", "ー"), "ɜ": ("a", "ー"), "A": ("e", "イ"), "I": ("a", "イ"),
    "O": ("o", "ー"), "W": ("a", "ウ"), "Y": ("o", "イ"), "Q": ("o", "ー"), "ᵊ": ("u", ""),
}  # fmt: skip
_KANA: Final = {
    "": "アイウエオ", "k": "カキクケコ", "ɡ": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ",
    "t": "タ ティ トゥ テ ト", "d": "ダ ディ ドゥ デ ド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ",
    "p": "パピプペポ", "m": "マミムメモ", "r": "ラリルレロ", "f": "ファ フィ フ フェ フォ", "v": "ヴァ ヴィ ヴ ヴェ ヴォ",
    "ʃ": "シャ シ シュ シェ ショ", "ʒ": "ジャ ジ ジュ ジェ ジョ", "ʧ": "チャ チ チュ チェ チョ", "w": "ワ ウィ ウ ウェ ウォ",
    "j": "ヤ イ ユ イェ ヨ",
}  # fmt: skip
_ROWS: Final = {
    sound: row.split() if " " in row else list(row) for sound, row in _KANA.items()
}
_ROWS["l"] = _ROWS["r"]
_SAME: Final = {"ɹ": "r", "T": "t", "ɾ": "t", "θ": "s", "ð": "z", "ʤ": "ʒ", "ʔ": "t"}
_FINAL: Final = {"t": "ト", "d": "ド", "ʧ": "チ", "ʒ": "ジ", "j": "イ", "n": "ン"}
_SHORT: Final = frozenset("æʌɛɪʊɑɒ")
_STOPS: Final = frozenset("ptkʧ")
_MARKS: Final = re.compile(r"[^A-Za-zæʌɑɐəɔɒɛɪᵻʊɜᵊɡʃʒʧʤɹɾθðŋʔ]")


def katakana_of(text: str, phonemes: str, loans: Dictionary) -> str:
    """Katakana for an English word, written as `text` and said as `phonemes` in English."""
    if text and set(text) == {"w"}:
        return "ワラ"  # as people laugh
    for spelling in (text, text.lower()):
        if spelling in _USUAL:
            return _USUAL[spelling]
        loan = loans.exact(spelling) if len(text) > 1 else None
        if loan is not None:
            return loan.default
    sounds = phonemes.translate(_STRESS)
    spelled = text.upper().replace(".", "")
    if sounds == "".join(_NAMED.get(c, "?") for c in spelled):
        return "".join(_LETTERS[c] for c in spelled)
    if "o" in text.lower() and "a" not in text.lower():
        sounds = sounds.replace("ɑ", "ɒ")  # "Tom" is トム
    return "".join(_READ_OUT.get(word) or by_sound(word) for word in sounds.split())


def by_sound(phonemes: str) -> str:
    """ "kˈæt" -> "キャット": each consonant with its vowel, or with one of its own."""
    plain = re.sub("əl(?![aeiouAIOWYæɑɔɛɪʊʌɜɒ])", "ᵊl", _MARKS.sub("", phonemes))
    sounds = "".join(_SAME.get(c, c) for c in plain)
    said = ""
    i = 0
    while i < len(sounds):
        here, following = sounds[i], sounds[i + 1 : i + 2]
        if here in _VOWELS:
            vowel, length = _vowel(sounds, i)
            said += _syllable("", here) + vowel
            i += length
        elif here == "ŋ":
            said += "ン" if following in ("k", "ɡ") else "ング"
            i += 1
        elif here == "m" and following in ("p", "b"):
            said += "ン"
            i += 1
        elif following == "j" and sounds[i + 2 : i + 3] in ("u", "ʊ"):
            vowel, length = _vowel(sounds, i + 2)
            said += _palatal(here) + vowel
            i += 2 + length
        elif following in _VOWELS and following:
            vowel, length = _vowel(sounds, i + 1)
            said += _syllable(here, following) + vowel
            i += 1 + length
        else:
            doubled = here in _STOPS and not following and i and sounds[i - 1] in _SHORT
            said += "ッ" * bool(doubled) + _FINAL.get(here, _ROWS.get(here, [""] * 3)[2])
            i += 1
    return said


def _vowel(sounds: str, i: int) -> tuple[str, int]:
    """What follows the first vowel of the one at `i`, and how many sounds it takes: "ɑr" is アー."""
    tail = _VOWELS[sounds[i]][1]
    behind = sounds[i + 2 : i + 3]
    if sounds[i + 1 : i + 2] == "r" and (not behind or behind not in _VOWELS):
        return ("ア" if sounds[i] in "ɪɛʊiI" else "ー") if not tail or tail == "ー" else tail + "ア", 2
    return tail, 1


def _syllable(consonant: str, vowel: str) -> str:
    row = _ROWS.get(consonant, _ROWS[""])
    if consonant in ("k", "ɡ") and vowel == "æ":
        return {"k": "キャ", "ɡ": "ギャ"}[consonant]
    return row["aiueo".index(_VOWELS[vowel][0])]


def _palatal(consonant: str) -> str:
    """The consonant before ユ: "music" ミュ."""
    if consonant in ("t", "d"):
        return {"t": "チュ", "d": "デュ"}[consonant]
    return _ROWS.get(consonant, _ROWS[""])[1][0] + "ュ"
