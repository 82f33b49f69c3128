"""Characters with several readings, where they stand as a word of their own.

Inside a word of the dictionary the word decides; what stands here are the neighbours that decide
for a character alone. The reading of the first rule that fits is taken, else the dictionary's.
"""

import re
from typing import Final

_PEOPLE: Final = "[我你您他她它们咱谁家人]"

_RULES: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    # what stands before, what stands behind, the reading
    "得": (
        (r"[我你您他她它们都也就总还又可只必非真]", r"(?![到了过出])", "dei3"),
        (r"", r"[到了出奖分]", "de2"),
        (r".", r"", "de5"),
    ),
    "地": ((r"[这那此实工产土草场两各内当外本天]", "", "di4"), (r"..", "", "de5")),
    "着": ((r"[睡找点]", r"(?!头)", "zhao2"), (r"", r"了?[火凉急迷魔]", "zhao2"), (r".", "", "zhe5")),
    "还": ((r"[归偿送退]", "", "huan2"), (r"", r"[钱债书款贷给清]", "huan2"), ("", "", "hai2")),
    "长": (
        (r"[校院市部局队班家社组站厂司县处科厅董行军船]", "", "zhang3"),
        (r"", r"[大高得胖满出成]", "zhang3"),
        ("", "", "chang2"),
    ),
    "行": ((r"[第几两每各本银商支分央]", "", "hang2"), ("", r"[业列号]", "hang2"), ("", "", "xing2")),
    "为": (
        ("", r"人[不很处正和善老厚谦低真热]", "wei2"),
(r"[成作称认以分变视列定设改名身]", "", "wei2"),
        ("", r"(?:了|何|什么|" + _PEOPLE + ")", "wei4"),
    ),
    "只": ((r"[一二两三四五六七八九十百千几多这那每半\d]", "", "zhi1"), ("", "", "zhi3")),
    "种": (("", r"[了下植菜花树地田庄草瓜豆]", "zhong4"), ("", "", "zhong3")),
    "重": (("", r"[新复来做写建叠温逢演]", "chong2"), (r"[两三双几多]", "", "chong2"), ("", "", "zhong4")),
    "干": (("", r"[什嘛活吗了得完过]", "gan4"), (r"[能想在要别敢会]", "", "gan4"), ("", "", "gan1")),
    "倒": (("[摔跌滑推打晕病]", "", "dao3"), ("[人树墙子旗]", "[了在]", "dao3"), ("", "[下塌闭]", "dao3"), ("", "", "dao4")),
    "数": (("[来]", "", "shu3"), ("", r"[一不数到]", "shu3"), ("", "", "shu4")),
    "中": (("", r"[奖毒暑弹]", "zhong4"), ("[打猜看击射]", "", "zhong4"), ("", "", "zhong1")),
    "教": (("", rf"(?:{_PEOPLE}|书|会|给|学|孩)", "jiao1"), ("", "", "jiao4")),
    "假": (("[放请休度]", "", "jia4"), ("", "", "jia3")),
    "空": (("[有没抽]", "", "kong4"), ("", "[白地缺闲位]", "kong4"), ("", "", "kong1")),
    "差": (("[出]", "", "chai1"), ("", "", "cha4")),
    "觉": (("[睡]|一", "", "jiao4"), ("", "", "jue2")),
    "乐": (("[音声器]", "", "yue4"), ("", "[队器团曲谱]", "yue4"), ("", "", "le4")),
    "弹": (("[炸子导炮枪]", "", "dan4"), ("", "", "tan2")),
    "背": (("", "[着包起书上]", "bei1"), ("", "", "bei4")),
    "当": (("[上]", "", "dang4"), ("", "[作成]", "dang4"), ("", "", "dang1")),
    "朝": (("[今明]", "", "zhao1"), ("", "", "chao2")),
    "便": (("", "宜", "pian2"), ("", "", "bian4")),
    "难": (("[灾遇空逃苦]", "", "nan4"), ("", "", "nan2")),
    "分": (("[水养成身部]", "", "fen4"), ("", "", "fen1")),
    "系": (("", "[鞋领好上紧着]", "ji4"), ("", "", "xi4")),
    "降": (("[投]", "", "xiang2"), ("", "", "jiang4")),
    "血": (("[流出]", "了", "xie3"), ("", "", "xue4")),
    "什": (("", "么", "shen2"),),
    "曾": (("姓|[小老]", "", "zeng1"), ("", "(?:先生|女士|老师|教授|总|家)", "zeng1"), ("", "", "ceng2")),
    "盛": (("", "[一了碗饭汤满点好]", "cheng2"), ("", "", "sheng4")),
    "单": (("姓", "", "shan4"), ("", "", "dan1")),
    "华": (("姓", "", "hua4"), ("", "", "hua2")),
    "查": (("姓", "", "zha1"), ("", "", "cha2")),
    "朴": (("姓", "", "piao2"), ("", "", "pu3")),
    "著": (("[名原专论巨遗合编所显昭土]", "", "zhu4"), ("", "[作名称者述]", "zhu4")),
}

_ALONE: Final = {
    word[0]: word[1:]
    for word in (
        "了le5 都dou1 那na4 哪na3 谁shei2 啊a5 吧ba5 呢ne5 吗ma5 嘛ma5 呀ya5 哇wa5 啦la5 嗯en4 们men5 的de5 "
        "个ge4 把ba3 被bei4 给gei3 没mei2 和he2 要yao4 会hui4 看kan4 更geng4 过guo4 上shang4 几ji3 "
        "从cong2 脏zang1 削xiao1 剥bao1 薄bao2 嚼jiao2 壳ke2 咳ke2 "
    ).split()
}
"""How a character alone is said where no rule fits."""

WORDS: Final = {
    "数一数": ("shu3", "yi1", "shu3"), "数数": ("shu3", "shu4"), "射中": ("she4", "zhong4"),
    "跑得快": ("pao3", "de5", "kuai4"), "背着": ("bei1", "zhe5"), "落下": ("luo4", "xia4"),
    "落下来": ("luo4", "xia4", "lai2"), "咳咳": ("ke2", "ke2"), "削苹果": ("xiao1", "ping2", "guo3"),
    "削皮": ("xiao1", "pi2"),
    "姐姐": ("jie3", "jie5"), "奶奶": ("nai3", "nai5"), "嫂嫂": ("sao3", "sao5"),
    "姥姥": ("lao3", "lao5"), "婶婶": ("shen3", "shen5"), "宝宝": ("bao3", "bao5"),
    "耳朵": ("er3", "duo5"), "哪里": ("na2", "li5"),
    "曾国藩": ("zeng1", "guo2", "fan1"), "曾子": ("zeng1", "zi3"), "曾志伟": ("zeng1", "zhi4", "wei3"),
    "单县": ("shan4", "xian4"), "姓单": ("xing4", "shan4"), "单田芳": ("shan4", "tian2", "fang1"),
    "姓区": ("xing4", "ou1"), "姓盖": ("xing4", "ge3"), "任正非": ("ren2", "zheng4", "fei1"),
    "华罗庚": ("hua4", "luo2", "geng1"), "查良镛": ("zha1", "liang2", "yong1"),
    "朴槿惠": ("piao2", "jin3", "hui4"), "葛优": ("ge3", "you1"), "洪洞": ("hong2", "tong2"),
    "浚县": ("xun4", "xian4"), "涡阳": ("guo1", "yang2"), "会稽": ("kuai4", "ji1"),
    "厚薄": ("hou4", "bao2"), "唠叨": ("lao2", "dao5"), "薄荷": ("bo4", "he5"),
    "相片": ("xiang4", "pian4"), "鲜少": ("xian3", "shao3"), "和面": ("huo2", "mian4"),
    "答理": ("da1", "li5"),
}  # fmt: skip
"""Words that the dictionary reads otherwise."""

_COMPILED: Final = {
    character: tuple((re.compile(f"(?:{b})$"), re.compile(a), said) for b, a, said in rules)
    for character, rules in _RULES.items()
}


def reading(character: str, before: str, behind: str) -> str:
    """The pinyin with its tone ("zhang3") that the neighbours call for, "" for the dictionary's."""
    for before_it, behind_it, said in _COMPILED.get(character, ()):
        if before_it.search(before) and behind_it.match(behind):
            return said
    return _ALONE.get(character, "")
