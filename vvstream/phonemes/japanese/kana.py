"""Kana -> the teacher's symbols.

The teacher was trained on the transcription of misaki 0.9.4 (`cutlet.py`, Apache-2.0; after cutlet,
MIT), which is reproduced here: one symbol or two a mora, ʔ for the doubled consonant, ː for the long
vowel, and ん as the sound behind it makes it. Pitch accent is not written.
"""

from typing import Final

_ROWS: Final = (
    # kana of a row, then what is said for them
    ("ァアィイゥウェエォオ", "a a i i ɯ ɯ e e o o"),
    ("カガキギクグケゲコゴヵヶ", "ka ɡa kʲi ɡʲi kɯ ɡɯ ke ɡe ko ɡo ka ke"),
    ("サザシジスズセゼソゾ", "sa ʣa ɕi ʥi sɨ zɨ se ʣe so ʣo"),
    ("タダチヂツヅテデトド", "ta da ʨi ʥi ʦɨ zɨ te de to do"),
    ("ナニヌネノ", "na ɲi nɯ ne no"),
    ("ハバパヒビピフブプヘベペホボポ", "ha ba pa çi bʲi pʲi ɸɯ bɯ pɯ he be pe ho bo po"),
    ("マミムメモ", "ma mʲi mɯ me mo"),
    ("ャヤュユョヨ", "ja ja jɯ jɯ jo jo"),
    ("ラリルレロ", "ɾa ɾʲi ɾɯ ɾe ɾo"),
    ("ヮワヰヱヲ", "βa βa i e o"),
    ("ヴヷヸヹヺ", "vɯ va vʲi ve vo"),
)
_PAIRS: Final = (
    "イェ:je ウィ:βi ウェ:βe ウォ:βo キェ:kʲe キャ:kʲa キュ:kʲɨ キョ:kʲo ギャ:ɡʲa ギュ:ɡʲɨ ギョ:ɡʲo "
    "クァ:kᵝa クィ:kᵝi クェ:kᵝe クォ:kᵝo グァ:ɡᵝa グィ:ɡᵝi グェ:ɡᵝe グォ:ɡᵝo シェ:ɕe シャ:ɕa シュ:ɕɨ ショ:ɕo "
    "ジェ:ʥe ジャ:ʥa ジュ:ʥɨ ジョ:ʥo チェ:ʨe チャ:ʨa チュ:ʨɨ チョ:ʨo ヂャ:ʥa ヂュ:ʥɨ ヂョ:ʥo ツァ:ʦa ツィ:ʦʲi "
    "ツェ:ʦe ツォ:ʦo ティ:tʲi テュ:tʲɨ ディ:dʲi デュ:dʲɨ トゥ:tɯ ドゥ:dɯ ニェ:ɲe ニャ:ɲa ニュ:ɲɨ ニョ:ɲo ヒェ:çe "
    "ヒャ:ça ヒュ:çɨ ヒョ:ço ビャ:bʲa ビュ:bʲɨ ビョ:bʲo ピャ:pʲa ピュ:pʲɨ ピョ:pʲo ファ:ɸa フィ:ɸʲi フェ:ɸe フォ:ɸo "
    "フュ:ɸʲɨ フョ:ɸʲo ミャ:mʲa ミュ:mʲɨ ミョ:mʲo リャ:ɾʲa リュ:ɾʲɨ リョ:ɾʲo ヴァ:va ヴィ:vʲi ヴェ:ve ヴォ:vo "
    "ヴュ:bʲɨ ヴョ:bʲo"
)
_MORAE: Final = {
    kana: said
    for row, sounds in _ROWS
    for kana, said in zip(row, sounds.split(), strict=True)
} | dict(pair.split(":") for pair in _PAIRS.split())

_SMALL: Final = frozenset("ャュョァィゥェォ")
_NASALS: Final = (
    # ん before these sounds
    ("mpb", "m"),
    ("kɡ", "ŋ"),
    ("ɲʨʥ", "ɲ"),
    ("ntdɾz", "n"),
)
_HIRAGANA: Final = {c: c + 0x60 for c in range(0x3041, 0x3097)} | {0x309D: 0x30FD, 0x309E: 0x30FE}
_EXTENDED: Final = {
    ord(small): large for small, large in zip("ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ", "クシストヌハヒフヘホムラリルレロ", strict=True)
}


def katakana(text: str) -> str:
    """Hiragana as katakana; all else as it is."""
    return text.translate(_HIRAGANA).translate(_EXTENDED)


_LONG: Final = (
    # a vowel's rows, and the kana that spells its second half
    ("オコソトノホモヨロヲゴゾドボポョォ", "ウ"),
    ("エケセテネヘメレゲゼデベペェ", "イ"),
    ("ウクスツヌフムユルグズヅブプュゥ", "ウ"),
)


def sounded(spelled: str) -> str:
    """Katakana as it sounds, of katakana as it is spelled: "トウキョウ" -> "トーキョー"."""
    said = ""
    for here in spelled:
        last = spelled[len(said) - 1 : len(said)]
        said += "ー" if any(last and last in row and here == tail for row, tail in _LONG) else here
    return said


def symbols(kana: str) -> str:
    """The symbols of one word in katakana; what is no kana is left out."""
    said: list[str] = []
    i = 0
    while i < len(kana):
        mora, length = _mora(kana, i)
        if kana[i] == "ン":
            mora = _nasal(_mora(kana, i + 1)[0])
        said.append(mora)
        i += length
    return "".join(said)


def _mora(kana: str, i: int) -> tuple[str, int]:
    """What is said for the kana at `i`, and how many they are."""
    here, pair = kana[i : i + 1], kana[i : i + 2]
    if len(pair) == 2 and pair in _MORAE:
        return _MORAE[pair], 2
    if here == "ー":
        return "ː" if i else "", 1
    if here == "ッ":
        return "" if kana[i + 1 : i + 2] in _SMALL else "ʔ", 1
    if here in "ヽヾ" and here and i:
        return _mora(kana, i - 1)[0], 1
    if len(pair) == 2 and pair[1] in _SMALL and here in _MORAE:
        return _MORAE[here][:-1] + _MORAE[pair[1]], 2
    return _MORAE.get(here, ""), 1


def _nasal(following: str) -> str:
    return next((said for sounds, said in _NASALS if following[:1] and following[0] in sounds), "ɴ")
