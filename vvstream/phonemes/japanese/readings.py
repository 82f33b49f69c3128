"""Readings that UniDic's first choice gets wrong for everyday speech."""

import re
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
    "何時": "ナンジ", "何人": "ナンニン", "何処": "ドコ", "貴方": "アナタ", "他": "ホカ", "明後日": "アサッテ",
    "山道": "ヤマミチ", "可愛い": "カワイー", "不味い": "マズイ", "姉貴": "アネキ", "得る": "エル", "間": "アイダ",
    "日向": "ヒナタ", "一目": "ヒトメ", "大谷": "オータニ", "吾輩": "ワガハイ", "やうやう": "ヨーヨー",
}  # fmt: skip


_MARKETS: Final = (
    "株式|金融|為替|債券|証券|労働|国内|海外|国際|世界|自由|外国|流通|取引|新興|住宅|不動産|商品|原油|東京|米国|欧州|中国"
    "|日本|人材|広告|自動車|先物|新"
)
_RULES: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    # what stands before, what stands behind, the reading
    "父": ((r"", r"さん|ちゃん|様|さま", "トー"),),
    "母": ((r"", r"さん|ちゃん|様|さま", "カー"),),
    "兄": ((r"", r"さん|ちゃん|様|さま", "ニー"),),
    "姉": ((r"", r"さん|ちゃん|様|さま", "ネー"),),
    "祖父": ((r"お", r"さん|ちゃん|様|さま", "ジー"),),
    "祖母": ((r"お", r"さん|ちゃん|様|さま", "バー"),),
    "方": (
        (r"[あそこ]の", r"が(?:いい|良|よ|まし|早|速|安|高|楽|得|ずっと|もっと|簡|便|正|大|多|強|好)", "ホー"),
        (r"[あそ]の", r"", "カタ"),
    ),
    "角": ((r"(?:牛|鹿|鬼|羊)の?", r"", "ツノ"), (r"", r"[がを](?:生え|生や|折)", "ツノ")),
    "間": ((r"いつの|という|束の|知らない|知らぬ", r"", "マ"), (r"", r"が(?:ない|悪|持た|抜)|も(?:な|無)|を(?:置|お|空)", "マ")),
    "後": ((r"その", r"(?![でに])", "ゴ"),),
    "辛い": (
        (r"", r"(?:料理|味|カレ|食|物|もの|ラーメ|スープ|ソース|唐|お?菓子|漬)", "カライ"),
        (r"激|ピリ|塩|(?:味|カレー|料理|スープ|ラーメン|キムチ|カラシ)[はがも]", r"", "カライ"),
    ),
    "寒気": ((r"", r"[がも](?:す|し)", "サムケ"),),
    "人気": ((r"", r"[のが](?:ない|無い|なく)(?:道|場所|所|路|公園|夜|森|町|村|通|山|廊下|家|部屋|$)", "ヒトケ"),),
    "表": ((r"", r"[にへ](?:出|で)|通り|向き|[と、]裏", "オモテ"), (r"裏[とも]", r"", "オモテ")),
    "種": ((r"[このの同各一二三四五数]", r"", "シュ"), ("", "", "タネ")),
    "空": ((r"", r"の(?:箱|瓶|びん|ビン|コップ|缶|ペット|グラス|財布|容器|バケツ|皿)|に(?:な|し)", "カラ"),),
    "市場": (
        (_MARKETS, "", "シジョー"),
        ("", r"(?:調査|経済|価格|規模|占有|原理|動向|開拓|参入|全体|関係|シェア|予想|操作|主義|競争|拡大|[にをが](?:投入|参入|拡大|開拓))", "シジョー"),
    ),
    "形": ((r"[三四五六八多]角", "", "ケー"),),
    "箱": ((r"の", "", "ハコ"),),
    "側": ((r"の|^", "", "ソバ"), ("", "", "ガワ")),
    "得る": ((r"[りきしちみえけせべれ]", "", "ウル"),),
}  # fmt: skip
_STEMS: Final[tuple[tuple[str, str, str, str], ...]] = (
    # what stands before, how the word begins, UniDic's reading of that, ours
    (
        r"(?<!希望を)(?<!疑問を)(?<!不安を)(?<!夢を)(?<!感情を)(?<!念を)(?<!思いを)",
        "抱",
        "イダ",
        "ダ",
    ),
    (r"気に", "入", "ハイ", "イ"),
    (r"(?:お|^)?(?:腹|なか)[がも]", "空", "ア", "ス"),
    (r"(?:ドア|扉|窓|戸|門|店|鍵|ふた|蓋|幕|銀行|デパート)が", "開", "ヒラ", "ア"),
)


_COMPILED: Final = {
    word: tuple((re.compile(f"(?:{b})$"), re.compile(a), said) for b, a, said in rules)
    for word, rules in _RULES.items()
}
_CONTEXT: Final = 4
"""Units on either side that a rule looks at."""

_TWO_AGO: Final = {"日": "トイ", "年": "トシ"}
_THROUGHOUT: Final = frozenset(
    "世界 日 年 晩 夜 日本 国 町 街 村 島 家 体 身体 部屋 学校 今日 今年 夏 冬".split()
)
"""Behind them 中 means all over or all through."""
_PEOPLES: Final = frozenset(
    "外国 西洋 東洋 欧米 宇宙 地球 異邦 現代 古代 社会 有名 芸能 知識 一般 民間".split()
)


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
            says = following is not None and following.text[:1] in (
                "で",
                "だ",
                "と",
                "の",
                "な",
                "て",
            )
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
            done = (
                before is not None
                and before.text == "を"
                and i > 1
                and tokens[i - 2].part == "名詞"
            )
            return "オコナッ" if done else "イッ"
    return _among(tokens, i) or _USUAL.get(token.text, token.kana)


def _among(tokens: Sequence[Token], i: int) -> str:
    """What the text around token `i` makes of it, "" for nothing."""
    token = tokens[i]
    before = "".join(t.text for t in tokens[max(0, i - _CONTEXT) : i])
    behind = "".join(t.text for t in tokens[i + 1 : i + 1 + _CONTEXT])
    for before_it, behind_it, said in _COMPILED.get(token.text, ()):
        if before_it.search(before) and behind_it.match(behind):
            return said
    for pattern, begins, theirs, ours in _STEMS:
        if (
            token.text.startswith(begins)
            and token.kana.startswith(theirs)
            and re.search(f"(?:{pattern})$", before)
        ):
            return ours + token.kana.removeprefix(theirs)
    return ""
