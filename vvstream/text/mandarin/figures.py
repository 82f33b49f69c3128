"""Figures in Chinese text -> what is said for them, in Chinese.

`read` is given the text from the figure on, as far as it can matter: the first pattern that fits
wins, and says how much of the text it stands for.
"""

import re
from collections.abc import Callable
from typing import Final

from vvstream.text.cjk.reader import DASHES, ENDS
from vvstream.text.mandarin.numbers import cardinal, decimal, digits, quantity

_N: Final = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_TO: Final = r"[-~—～]"
_SIGN: Final = r"(?P<sign>[-+±])?"
_MEASURES: Final = (
    "分钟|秒钟|点钟|小时|公斤|公里|公分|厘米|毫米|百万|星期|个|位|名|件|条|只|张|本|台|辆|家|次|天|年|周|岁|米|元|块|万|亿|千|种|份|杯|瓶|碗|双|对|支|枝|颗"
    "|棵|座|间|套|场|门|句|首|部|篇|层|步|遍|回|口|头|匹|顿|批|组|倍|斤|秒|点|人|吨"
    "|升|克|卷|排|架|艘|把|盒|箱|袋|包|片|朵|则|代|成|股|项|届"
)
_SCALES: Final = "万亿|千万|百万|十万|亿|万|千"
_MONEY: Final = {
    "¥": "元", "￥": "元", "$": "美元", "US$": "美元", "HK$": "港元", "€": "欧元", "£": "英镑",
    "₩": "韩元", "₽": "卢布", "₹": "卢比",
}  # fmt: skip
_UNITS: Final = {
    "km/h": "公里每小时", "m/s": "米每秒", "km": "公里", "cm": "厘米", "mm": "毫米", "nm": "纳米",
    "m²": "平方米", "m³": "立方米", "km³": "立方公里", "cm²": "平方厘米", "m2": "平方米", "km²": "平方公里", "km2": "平方公里", "m": "米",
    "kg": "公斤", "mg": "毫克", "g": "克", "t": "吨", "ml": "毫升", "mL": "毫升", "L": "升",
    "GHz": "吉赫兹", "MHz": "兆赫兹", "Hz": "赫兹", "kW": "千瓦", "W": "瓦", "V": "伏", "℃": "摄氏度", "℉": "华氏度", "°C": "摄氏度", "°F": "华氏度", "°": "度",
    "h": "小时", "min": "分钟", "s": "秒", "ms": "毫秒", "kWh": "千瓦时", "dB": "分贝",
}  # fmt: skip
_HOURS: Final = r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?"
_TIME: Final = re.compile(r"(?P<h>\d+)[:：](?P<m>\d\d)(?:[:：](?P<s>\d\d))?")
_NAME: Final = re.compile(r"\d{3,}(?![\d.,:：%])")
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_CODE: Final = "|".join(sorted(map(re.escape, _MONEY), key=len, reverse=True))
_SIGNS: Final = {"-": "负", "+": "正", "±": "正负", None: ""}


def read(text: str, before: str = "") -> tuple[int, str]:
    """How many characters of `text` are a figure, and the Chinese for them; (0, "") for none.

    `before`: what stands right before it; digits right behind a letter are a name ("CA1234").
    """
    before = before[-1:]
    name = _NAME.match(text) if before.isascii() and before.isalpha() else None
    if name is not None:
        return name.end(), digits(name[0])
    if text[:1] in DASHES and before and before in ENDS:
        length, said = read(text[1:])
        return length + bool(length), "到" * bool(length) + said
    length, said = _first(text)
    return length, re.sub("^两", "二", said) if before == "第" else said


def _first(text: str) -> tuple[int, str]:
    for pattern, say in _PATTERNS:
        match = pattern.match(text)
        if match is not None:
            return match.end(), say(match)
    return 0, ""


def _clock(match: re.Match[str]) -> str:
    return "到".join(_time(time) for time in _TIME.finditer(match[0]))


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match["h"], match["m"], match["s"]
    said = quantity(hour.lstrip("0") or "0") + "点"
    if int(minute) or second:
        said += ("零" if minute[0] == "0" and minute != "00" else "") + cardinal(str(int(minute)))
        said += "分"
    elif match.end() == len(match.string) or match.start():
        said += "整"
    return said + (cardinal(str(int(second))) + "秒" if second else "")


def _date(match: re.Match[str]) -> str:
    day = cardinal(str(int(match["d"])))
    return f"{digits(match['y'])}年{cardinal(str(int(match['mo'])))}月{day}日"


def _years(match: re.Match[str]) -> str:
    first, last = match["a"], match["b"]
    return (f"{digits(first)}到" if first else "") + digits(last) + "年"


def _money(match: re.Match[str]) -> str:
    scale = match["scale"] or ""
    return _SIGNS[match["sign"]] + quantity(match["n"]) + scale + _MONEY[match["code"]]


def _percent(match: re.Match[str]) -> str:
    name = {"%": "百分之", "‰": "千分之"}[match["p"]]
    if match["b"]:
        return f"{name}{decimal(match['n'])}到{name}{decimal(match['b'])}"
    return _SIGNS[match["sign"]] + name + decimal(match["n"])


def _fraction(match: re.Match[str]) -> str:
    if int(match["a"]) > int(match["b"]):
        return f"{cardinal(match['a'])}比{cardinal(match['b'])}"  # a blood pressure: "120/80"
    return f"{cardinal(match['b'])}分之{cardinal(match['a'])}"


def _degrees(match: re.Match[str]) -> str:
    sign = {"-": "零下"}.get(match["sign"], _SIGNS[match["sign"]])
    unit = _UNITS[match["unit"]]
    return sign + decimal(match["n"]) + unit


def _measured(match: re.Match[str]) -> str:
    said = _range(match, quantity) if match["b"] else quantity(match["n"])
    return _SIGNS[match["sign"]] + said + _UNITS[match["unit"]]


def _range(match: re.Match[str], say: Callable[[str], str], between: str = "到") -> str:
    return say(match["n"]) + between + say(match["b"])


def _counted(match: re.Match[str]) -> str:
    scale = match["scale"] or ""
    said = _range(match, quantity) if match["b"] else quantity(match["n"])
    return _SIGNS[match["sign"]] + said + scale + match["m"]


def _number(match: re.Match[str]) -> str:
    number = match["n"]
    if match["b"]:
        score = number.isdecimal() and match["b"].isdecimal() and int(number) > int(match["b"])
        return _range(match, decimal, "比" if score else "到")
    return _SIGNS[match["sign"]] + (digits(number) if _is_code(number) else decimal(number))


def _is_code(number: str) -> bool:
    """Whether a number is a name: "110", "10086", "007"."""
    return number in ("110", "119", "120", "122", "911") or (
        number.isdecimal() and (number.startswith(("100", "123", "955")) and len(number) == 5)
    )


def _ordinal(match: re.Match[str]) -> str:
    return cardinal(match["n"]) + match["m"]


def _with_rest(match: re.Match[str]) -> str:
    """ "1米82": what is left of the measure, figure by figure."""
    return quantity(match["n"]) + match["m"] + digits(match["b"])


def _dotted(match: re.Match[str]) -> str:
    return "点".join(cardinal(part) for part in match[0].split("."))


_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = tuple(
    (re.compile(pattern, re.VERBOSE), say)
    for pattern, say in (
        (r"(?P<y>\d{4})[-/.](?P<mo>0?[1-9]|1[0-2])[-/.](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", _date),
        (r"\d+(?:\.\d+){2,}", _dotted),
        (rf"{_HOURS}(?!\d)(?:{_TO}{_HOURS}(?!\d))?", _clock),
        (r"(?P<a>\d+)[:：](?P<b>\d+)(?!\d)", lambda m: f"{cardinal(m['a'])}比{cardinal(m['b'])}"),
        (rf"(?:(?P<a>\d{{4}}){_TO})?(?P<b>\d{{4}}|\d\d(?=年代|年级?版))年(?![多前后以内])", _years),
        (r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|[48]00\d{7})(?!\d)", lambda m: digits(m[0], dialled=True)),
        (
            rf"(?P<a>[12]\d{{3}}){_TO}(?P<b>[12]\d{{3}})(?![-\d])",
            lambda m: f"{digits(m['a'])}到{digits(m['b'])}",
        ),
        (
            r"(?:\+\d{1,3}-\d{2,4}(?:-\d{3,8}){1,3}|0\d{2,3}-\d{7,8}|\d{3,4}-\d{7,8}|\d{2,4}-\d{3,4}-\d{3,4})"
            r"(?![-\d.])",
            lambda m: _phone(m[0]),
        ),
        (r"\d+(?:-\d+){2,}", lambda m: digits(m[0])),
        (r"2333+|666+(?![\d.]|[^，,。！!？?\s])", lambda m: digits(m[0])),
        (r"\d{3,4}(?=室|房间)", lambda m: digits(m[0])),
        (rf"{_SIGN}(?P<code>{_CODE})\s?(?P<n>{_N})(?P<scale>{_SCALES})?", _money),
        (rf"{_SIGN}(?P<n>{_N})%?(?:{_TO}(?P<b>{_N}))?(?P<p>[%‰])", _percent),
        (r"(?P<a>\d{1,4})/(?P<b>[1-9]\d{0,3})(?![\d/])", _fraction),
        (rf"{_SIGN}(?P<n>{_N})\s?(?P<unit>°C|°F|℃|℉|°)", _degrees),
        (rf"{_SIGN}(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9])", _measured),
        (r"(?P<n>\d{1,2})(?P<m>月(?!份?[前后])|日|号|楼|级|班|路|版|期)", _ordinal),
        (r"(?P<n>\d+)(?P<m>[米块毛斤])(?P<b>\d\d?)(?![\d.一-鿿])", _with_rest),
        (
            rf"{_SIGN}(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?(?P<scale>{_SCALES})?"
            rf"(?P<m>{_MEASURES}|(?=[多来几余]))",
            _counted,
        ),
        (r"[0-9]0后(?![来面边续])", lambda m: digits(m[0]) + "后"),
        (rf"{_SIGN}(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?(?P<scale>{_SCALES})(?P<m>)", _counted),
        (rf"{_SIGN}(?P<n>{_N})(?:{_TO}(?P<b>{_N}))?", _number),
    )
)


def _phone(text: str) -> str:
    if text.startswith("+"):
        return "加" + digits(text, dialled=True)
    return digits(text, dialled=True)
