"""Chinese characters in an English text: Chinese or Japanese?

Their neighbours say it best, else the characters themselves, else the text around. A stretch that
gives no sign is Chinese.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from vvstream.text.cjk.characters import is_kana

Tongue = Literal["ja", "zh"]

_SURNAMES: Final = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 "
    "齋藤 清水 山崎 池田 橋本 阿部 安倍 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 "
    "青木 坂本 斉藤 福田 太田 西村 藤井 金子 岡本 藤原 中野 三浦 原田 中川 松田 竹内 小野 田村 和田 石田 "
    "森田 上田 内田 柴田 酒井 宮崎 横山 宮本 安藤 谷口 大野 丸山 今井 高木 藤本 武田 村田 上野 杉山 増田 "
    "大塚 千葉 久保 松井 小島 岩崎 桜井 野口 松尾 野村 木下 菊地 菊池 佐野 大西 杉本 新井 浜田 菅原 市川 "
    "水野 小松 島田 古川 小山 高野 山内 西田 吉川 北村 五十嵐 安田 川口 平田 中田 西川 大谷 岸田 石破 麻生 "
    "黒澤 黒沢 夏目 芥川 太宰 三島 川端 織田 徳川 豊臣 葛飾 羽生 本田 豊田 宮沢 手塚 坂口 植松 堀北 綾瀬 "
    "新垣 深津 桑田 久石 是枝 庵野 富野 鳥山 尾田"
)
_PLACES: Final = (
    "日本 東京 大阪 京都 横浜 名古屋 札幌 神戸 福岡 広島 仙台 沖縄 北海道 九州 奈良 箱根 鎌倉 富士 新宿 渋谷 "
    "秋葉原 浅草 銀座 池袋 品川 成田 羽田 関西 関東 任天堂 三菱 寿司 相撲 歌舞伎 居酒屋 着物 武士 忍者 空手 "
    "柔道 俳句 浮世絵 昭和 平成 令和 侘寂 金継 雅楽"
)
_JAPANESE: Final = tuple(f"{_SURNAMES} {_PLACES}".split())
"""What begins a stretch that is Japanese though each of its characters may be Chinese."""
_MENTION: Final = re.compile(
    r"\b(?:(?P<ja>Japan(?:ese)?|Tokyo|Kyoto|Osaka|kanji|romaji|anime|manga|samurai|haiku|-?san)"
    r"|(?P<zh>Chin(?:a|ese)|Mandarin|Cantonese|Beijing|Shanghai|Taiwan(?:ese)?|Taipei|pinyin|hanzi))\b"
)


def whose(near: str, before: str, so_far: Tongue | None) -> tuple[Tongue, bool]:
    """The language of a stretch that begins with `near`, and whether its characters show it.

    `before`: the end of the English text right before; `so_far`: what an earlier stretch showed.
    """
    shown = _shown(near)
    if shown is not None:
        return shown, True
    if near.startswith(_JAPANESE):
        return "ja", False
    mentions = [found.lastgroup for found in _MENTION.finditer(before)]
    if mentions:
        return ("ja" if mentions[-1] == "ja" else "zh"), False
    return so_far or "zh", False


def _shown(near: str) -> Tongue | None:
    if any(is_kana(c) or c == "々" for c in near):
        return "ja"
    for character in near:
        alone = _alone(character)
        if alone is not None:
            return alone
    return None


@lru_cache(maxsize=4096)
def _alone(character: str) -> Tongue | None:
    """The language whose character sets alone have it: "気" and "沢" Japanese, "们" Chinese."""
    chinese = _in(character, "gb2312") or _in(character, "big5")
    japanese = _in(character, "shift_jis")
    if chinese == japanese:
        return None
    return "zh" if chinese else "ja"


def _in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
