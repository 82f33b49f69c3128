"""Numbers with what they count: the reading of both, whose sounds change each other."""

from typing import Final

from vvstream.text.japanese.numbers import cardinal, shortened

_KANA: Final = dict(
    pair.split(":")
    for pair in (
        "本:ホン 匹:ヒキ 杯:ハイ 分:フン 泊:ハク 発:ハツ 票:ヒョー 編:ヘン 版:ハン 歩:ホ 分間:フンカン 班:ハン 品:ヒン "
        "回:カイ 個:コ 階:カイ 件:ケン 巻:カン 軒:ケン 曲:キョク 局:キョク 区:ク 校:コー 級:キュー 脚:キャク 機:キ 期:キ "
        "か月:カゲツ カ月:カゲツ ヶ月:カゲツ ケ月:カゲツ ヵ月:カゲツ 箇月:カゲツ か国:カコク カ国:カコク ヶ国:カコク "
        "か所:カショ カ所:カショ ヶ所:カショ 箇所:カショ 回目:カイメ 階建て:カイダテ か国語:カコクゴ 回戦:カイセン "
        "冊:サツ 歳:サイ 才:サイ 週間:シューカン 週:シュー 周年:シューネン 周:シュー 章:ショー 社:シャ 種類:シュルイ 種:シュ "
        "世紀:セーキ 隻:セキ 席:セキ 節:セツ 線:セン 勝:ショー 戸:コ 世帯:セタイ 世代:セダイ 色:ショク 食:ショク 歳児:サイジ "
        "頭:トー 点:テン 通:ツー 丁目:チョーメ 店:テン 等:トー 対:ツイ 着:チャク 兆円:チョーエン 都市:トシ "
        "年:ネン 年間:ネンカン 年生:ネンセー 年代:ネンダイ 年度:ネンド 年目:ネンメ 年前:ネンマエ 年後:ネンゴ "
        "円:エン 番:バン 番目:バンメ 番地:バンチ 番線:バンセン 号:ゴー 号室:ゴーシツ 号車:ゴーシャ 度:ド 倍:バイ 台:ダイ 枚:マイ "
        "名:メー 名様:メーサマ 位:イ 割:ワリ 畳:ジョー 合:ゴー 両:リョー 便:ビン 部:ブ 話:ワ 羽:ワ 条:ジョー 項:コー 代:ダイ "
        "秒:ビョー 秒間:ビョーカン 問:モン 文字:モジ 行:ギョー 列:レツ 面:メン 輪:リン 里:リ 味:ミ 人前:ニンマエ 人組:ニング 人目:ニンメ "
        "時:ジ 時間:ジカン 時半:ジハン 月号:ガツゴー 万円:マンエン 億円:オクエン 千円:センエン "
        "足:ソク 膳:ゼン 株:カブ 滴:テキ 粒:ツブ 基:キ 段:ダン 段階:ダンカイ 課:カ 敗:ハイ 試合:シアイ 人分:ニンブン 駅:エキ 球:キュー 錠:ジョー 丁:チョー "
        "束:タバ 拍:ハク 円玉:エンダマ 円札:エンサツ メートル:メートル キロ:キロ センチ:センチ パーセント:パーセント ページ:ページ ポイント:ポイント カ国語:カコクゴ ドル:ドル"
    ).split()
)
_WHOLE: Final = {
    # counters for which some numbers have a name of their own
    "つ": ("", "ヒトツ", "フタツ", "ミッツ", "ヨッツ", "イツツ", "ムッツ", "ナナツ", "ヤッツ", "ココノツ"),
    "日": ("", "", "フツカ", "ミッカ", "ヨッカ", "イツカ", "ムイカ", "ナノカ", "ヨーカ", "ココノカ", "トーカ"),
}
COUNTERS: Final = (*_KANA, "つ", "日", "日間", "日目", "人", "月")
LONGEST: Final = max(map(len, COUNTERS))

_FOUR_SHORT: Final = frozenset("年円時人日")
_VOICED_AFTER_N: Final = {"本": "ボン", "匹": "ビキ", "杯": "バイ", "羽": "バ"}
_PLOSIVE: Final = dict(zip("ハヒフヘホ", "パピプペポ", strict=True))
_SOFT_THREE: Final = {"階": "ガイ", "軒": "ゲン", "階建て": "ガイダテ", "足": "ゾク"}


def counted(number: int, counter: str, *, of_month: bool = False) -> str:
    """ (3, "本") -> "サンボン", (20, "歳") -> "ハタチ". `of_month`: 1日 is the first."""
    match counter:
        case "人":
            return _people(number)
        case "月":
            return {4: "シ", 7: "シチ", 9: "ク"}.get(number, cardinal(number)) + "ガツ"
        case "日":
            return _days(number, of_month=of_month)
        case "日間" | "日目":
            return _days(number, of_month=False) + {"日間": "カン", "日目": "メ"}[counter]
        case "つ":
            names = _WHOLE["つ"]
            return names[number] if 0 < number < len(names) else cardinal(number) + "ツ"
        case "歳" | "才" if number == 20:
            return "ハタチ"
        case _:
            return _joined(number, counter)


def measured(said: str, counter: str) -> str:
    """A number that is no whole one before a counter: "2.5倍"."""
    return said + _KANA.get(counter, {"つ": "ツ", "日": "ニチ", "日間": "ニチカン", "日目": "ニチメ", "人": "ニン", "月": "ガツ"}.get(counter, ""))


def _people(number: int) -> str:
    if number in (1, 2):
        return ("", "ヒトリ", "フタリ")[number]
    return _with_four(number) + "ニン"


def _days(number: int, *, of_month: bool) -> str:
    names = _WHOLE["日"]
    if number == 1:
        return "ツイタチ" if of_month else "イチニチ"
    if number < len(names) and number:
        return names[number]
    if number in (14, 24):
        return cardinal(number - 4) + "ヨッカ"
    if number == 20:
        return "ハツカ"
    if number % 10 in (7, 9):
        return cardinal(number - number % 10) + {7: "シチ", 9: "ク"}[number % 10] + "ニチ"
    return cardinal(number) + "ニチ"


def _with_four(number: int) -> str:
    """Ending in ヨ, not ヨン."""
    said = cardinal(number)
    return said.removesuffix("ン") if said.endswith("ヨン") else said


def _joined(number: int, counter: str) -> str:
    name = _KANA[counter]
    said = cardinal(number)
    if counter[0] in _FOUR_SHORT:
        said = _with_four(number)
    if counter[0] == "時" and number % 10 in (7, 9) and counter != "時間":
        said = cardinal(number - number % 10) if number > 9 else ""
        return said + {7: "シチ", 9: "ク"}[number % 10] + name
    if counter == "時間" and number % 10 == 9:
        return (cardinal(number - 9) if number > 9 else "") + "ク" + name
    if counter[0] == "時" and number == 0:
        return "レー" + name
    first = name[0]
    ends_in_n = said.endswith("ン")
    if first in _PLOSIVE:
        return _before_h(said, counter, name)
    if counter in _SOFT_THREE and said.endswith("サン"):
        return said + _SOFT_THREE[counter]
    if counter == "羽" and ends_in_n:
        return said + "バ"
    if first in "カキクケコ":
        said = _shortened_six(said)
    if first in "カキクケコサシスセソタチツテト":
        return shortened(said) + name
    return said + name


def _before_h(said: str, counter: str, name: str) -> str:
    short = _shortened_six(shortened(said))
    if short.endswith("ッ"):
        return short + _PLOSIVE[name[0]] + name[1:]
    if said.endswith("ン"):
        if counter in _VOICED_AFTER_N and not said.endswith("ヨン"):
            return said + _VOICED_AFTER_N[counter]
        if counter[0] in "分泊発版班敗拍" or said.endswith("サン"):
            return said + _PLOSIVE[name[0]] + name[1:]
    return said + name


def _shortened_six(said: str) -> str:
    for long, short in (("ロク", "ロッ"), ("ヒャク", "ヒャッ"), ("ビャク", "ビャッ"), ("ピャク", "ピャッ")):
        if said.endswith(long):
            return said.removesuffix(long) + short
    return said
