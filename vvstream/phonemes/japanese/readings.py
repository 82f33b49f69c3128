"""Readings that UniDic's first choice gets wrong for everyday speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Token:
    """One short unit of UniDic."""

    text: str
    kana: str
    """How it is said, in katakana; "" for what UniDic does not know."""
    part: str
    """Part of speech: "名詞", "助動詞" ..."""
    kind: str
    """Its second level: "数詞", "接続助詞" ..."""
    model: str
    """The conjugation: "助動詞-ダ", "五段-ワア行" ..."""


_USUAL: Final = {
    "私": "ワタシ", "日本": "ニホン", "明日": "アシタ", "昨日": "キノー", "一昨日": "オトトイ", "今朝": "ケサ",
    "お母": "オカー", "下手": "ヘタ", "上手": "ジョーズ", "大人": "オトナ", "今年": "コトシ", "市場": "イチバ",
    "宝物": "タカラモノ", "博士": "ハカセ", "時計": "トケー", "眼鏡": "メガネ", "果物": "クダモノ", "景色": "ケシキ",
    "何時": "ナンジ", "何人": "ナンニン", "何処": "ドコ", "貴方": "アナタ", "他": "ホカ", "側": "ソバ",
}  # fmt: skip


_TWO_AGO: Final = {"日": "トイ", "年": "トシ"}
_THROUGHOUT: Final = frozenset("世界 日 年 晩 夜 日本 国 町 街 村 島 家 体 身体 部屋 学校 今日 今年 夏 冬".split())
"""Behind them 中 means all over or all through."""
_PEOPLES: Final = frozenset("外国 西洋 東洋 欧米 宇宙 地球 異邦 現代 古代 社会 有名 芸能 知識 一般 民間".split())


def _is_people(token: Token) -> bool:
    """Whether 人 behind it means someone from there, and does not count."""
    return token.kind.startswith("固有名詞地名") or token.text in _PEOPLES


def usual(tokens: Sequence[Token], i: int) -> str:
    """The reading of token `i` among its neighbours."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 1] if i else None
    match token.text:
        case "何" if not token.kind.startswith("数詞"):
            says = following is not None and following.text[:1] in ("で", "だ", "と", "の", "な", "て")
            return "ナン" if says else "ナニ"
        case "日" if before is not None and before.text.endswith("曜"):
            return "ビ"
        case "一昨" if following is not None and following.text in _TWO_AGO:
            return "オト"
        case "日" | "年" if before is not None and before.text == "一昨":
            return _TWO_AGO[token.text]
        case "今日" if following is not None and following.text == "中":
            return "キョー"
        case "人" if before is not None and _is_people(before):
            return "ジン"
        case "中" if before is not None and token.part == "接尾辞" and before.text in _THROUGHOUT:
            return "ジュー"
        case "行っ":
            done = before is not None and before.text == "を" and i > 1 and tokens[i - 2].part == "名詞"
            return "オコナッ" if done else "イッ"
        case "方" if before is not None and before.text in ("あの", "その"):
            return "カタ"
    return _USUAL.get(token.text, token.kana)
