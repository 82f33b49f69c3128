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
        case "行っ":
            done = before is not None and before.text == "を" and i > 1 and tokens[i - 2].part == "名詞"
            return "オコナッ" if done else "イッ"
        case "方" if before is not None and before.text in ("あの", "その"):
            return "カタ"
    return _USUAL.get(token.text, token.kana)
