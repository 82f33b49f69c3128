"""Mandarin: syllables, polyphones, tones together, -r."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.inventory import encode
from vvstream.phonemes.mandarin.pinyin import Syllable, symbols
from vvstream.phonemes.mandarin.words import MandarinReader, as_syllable

_READER = MandarinReader()
_HAN = "我你他的一不了是行长得地着儿花第十三百三五九点月日号重还女孩子睡觉好很想展览馆银走看中龘囧𠀀々"


@pytest.mark.parametrize(
    ("pinyin", "tone", "said"),
    [
        ("zhong", 1, "ꭧʊ→ŋ"),
        ("chi", 1, "ꭧʰɨ→"),
        ("zi", 5, "ʦɨ"),
        ("yue", 4, "ɥe↘"),
        ("jun", 1, "ʨy→n"),
        ("lü", 4, "ly↘"),
        ("nv", 3, "ny↓"),
        ("xiong", 2, "ɕjʊ↗ŋ"),
        ("yi", 1, "i→"),
        ("you", 3, "jou↓"),
        ("wu", 3, "u↓"),
        ("wo", 3, "wo↓"),
        ("weng", 1, "wə→ŋ"),
        ("dun", 4, "twə↘n"),
        ("gui", 4, "kwei↘"),
        ("er", 2, "ɚ↗"),
        ("o", 2, "ɔ↗"),
        ("yo", 5, "jɔ"),
        ("ng", 2, "ŋ↗"),
        ("hm", 5, "hm"),
        ("ê", 4, "ɛ↘"),
    ],
)
def test_syllables(pinyin: str, tone: int, said: str) -> None:
    assert symbols(Syllable(pinyin, tone)) == said
    assert encode(said)


@pytest.mark.parametrize("letters", ["xyz", "wong", "bzz", ""])
def test_no_syllable(letters: str) -> None:
    with pytest.raises(ValueError, match="no syllable"):
        symbols(Syllable(letters, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # polyphones
        ("我们去银行", "wo↓mən ʨʰy↘ i↗nxa↗ŋ"),
        ("行长在重庆", "xa↗ŋꭧa↓ŋ ʦai↘ ꭧʰʊ↗ŋʨʰi↘ŋ"),
        ("他长得很高", "tʰa→ꭧa↓ŋ tɤ xə↓n kau→"),
        ("你得走了", "ni↗ tei↗ ʦou↓ lɤ"),
        ("高兴地说", "kau→ɕi↘ŋ tɤ ʂwo→"),
        ("睡着了", "ʂwei↘ꭧau↗ lɤ"),
        ("还钱", "xwa↗n ʨʰjɛ↗n"),
        # tones together
        ("你好", "ni↗xau↓"),
        ("展览馆", "ꭧa↗nla↗nkwa↓n"),
        ("我很好", "wo↗ xə↗n xau↓"),
        ("不对", "pu↗ twei↘"),
        ("不好", "pu↘xau↓"),
        ("是不是", "ʂɨ↘puʂɨ↘"),
        ("一样", "i↗ja↘ŋ"),
        ("一天", "i↘tʰjɛ→n"),
        ("一个", "i↗kɤ↘"),
        ("第一", "ti↘i→"),
        ("统一", "tʰʊ↓ŋi→"),
        ("看一看", "kʰa↘nikʰa↘n"),
        ("三十一日", "sa→nʂɨ↗i→ɻɨ↘"),
        ("一二三", "i→ɚ↘sa→n"),
        ("统一的", "tʰʊ↓ŋi→ tɤ"),
        ("唯一的人", "wei↗i→ tɤ ɻə↗n"),
        # -r
        ("玩儿", "wa↗nɚ"),
        ("花儿", "xwa→ɚ"),
        ("小孩儿", "ɕjau↓xai↗ɚ"),
        ("在花园儿里", "ʦai↘ xwa→ɥɛ↗nɚ li↓"),
        ("一点儿事儿", "i↘tjɛ↓nɚ ʂɨ↘ɚ"),
        ("女儿和儿子", "ny↓ɚ↗ xɤ↗ ɚ↗ʦɨ"),
        ("空儿", "kʰʊ↘ŋɚ"),
        ("皮儿", "pʰi↗ɚ"),
        # traditional characters
        ("臺灣的學生", "tʰai↗wa→n tɤ ɕɥe↗ʂə→ŋ"),
        ("國語", "kwo↗y↓"),
    ],
)
def test_words(text: str, said: str) -> None:
    assert _READER.phrase(text) == said


@given(st.text(_HAN, min_size=1, max_size=10), st.text(_HAN, max_size=4), st.booleans())
def test_words_cover_the_window_and_are_speakable(text: str, before: str, ended: bool) -> None:
    sounds = _READER.words(before, text, ended=ended)
    assert sounds
    covered = sum(sound.length for sound in sounds)
    assert covered == len(text) if ended else 0 < covered <= len(text)
    assert all(sound.length > 0 for sound in sounds)
    for sound in sounds:
        encode(sound.phonemes)


def test_what_has_no_reading_is_silent() -> None:
    assert [s.phonemes for s in _READER.words("", "々", ended=True)] == [""]
    assert as_syllable("wong4") is None


def test_figures_and_signs() -> None:
    assert _READER.figure("", "2个人") == (2, "lja↓ŋkɤ↘")
    assert _READER.figure("", "人") == (0, "")
    assert _READER.symbol("%") == "pai↓fə→nxau↘"
    assert _READER.symbol("*") == ""
    assert _READER.english("OK", "ˌOkˈA") == "ˌOkˈA"
    assert _READER.speaks("世")
    assert not _READER.speaks("あ")
    _READER.load()
