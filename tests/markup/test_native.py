"""Readings given by tags in Japanese and Mandarin."""

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.languages import language, said
from vvstream.markup.front_end import MarkupFrontEnd, Voices
from vvstream.markup.giving import Native
from vvstream.phonemes.inventory import encode
from vvstream.text.spoken import Complaint, Spoken, SpokenWord

Name = Literal["ja", "zh"]
_PIECES = st.sampled_from(
    ["你好", "世界", "一", "不", "です", "。", "，", " ", "2024", "5", "kg", "Hello ", "\ufdd0", "東京",
     '<sub alias="三公斤">', "</sub>", '<say-as interpret-as="digits">', "</say-as>",
     '<phoneme alphabet="x-pinyin" ph="hang2">', '<phoneme alphabet="x-kana" ph="キョー">',
     "</phoneme>", "<break/>", "<emphasis>", "</emphasis>", "<s>", "</s>", "&amp;", "<"]
)  # fmt: skip


def front_end(name: Name) -> MarkupFrontEnd:
    voices = Voices(
        lambda voice, given: language(name).front_end(given=given),
        lambda voice: voice,
        lambda tag, now: now,
        lambda voice: Native(name, lambda text: said(name, text).strip("。.")),
    )
    return MarkupFrontEnd(voices)


def whole(name: Name, text: str) -> list[Spoken]:
    marked = front_end(name)
    return marked.push(text) + marked.finish()


def words(name: Name, text: str) -> list[tuple[str, str]]:
    return [(w.text, w.phonemes) for w in whole(name, text) if isinstance(w, SpokenWord)]


def sounds(name: Name, text: str) -> str:
    return said(name, text).strip(".")


@pytest.mark.parametrize("name", ["ja", "zh"])
@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(_PIECES, max_size=14).map("".join), cuts=st.lists(st.integers(0, 300), max_size=15)
)
def test_cut_anywhere_it_is_the_same(name: Name, text: str, cuts: list[int]) -> None:
    marked = front_end(name)
    ends = sorted({min(cut, len(text)) for cut in cuts} | {len(text)})
    pieces: list[Spoken] = []
    for a, b in zip([0, *ends], ends, strict=False):
        pieces += marked.push(text[a:b])
    assert pieces + marked.finish() == whole(name, text)
    for word in pieces:
        if isinstance(word, SpokenWord):
            assert text[word.start : word.end] == word.text
            assert encode(word.before + word.phonemes + word.after)


@pytest.mark.parametrize(
    ("name", "alias"), [("zh", "三公斤"), ("ja", "ワールド、ワイド"), ("zh", "Hello"), ("ja", "3本")]
)
def test_an_alias_is_said_for_the_text(name: Name, alias: str) -> None:
    text = f'<sub alias="{alias}">W3</sub>'
    assert words(name, text) == [("W3", sounds(name, alias))]


@pytest.mark.parametrize(
    ("way", "text", "chinese", "japanese"),
    [
        ("cardinal", "-2,024", "负二千零二十四", "マイナスニセンニジューヨン"),
        ("number", "many", "many", "many"),
        ("ordinal", "3", "第三", "3番目"),
        ("ordinal", "x", "x", "x"),
        ("digits", "2047", "二零四七", "ニーゼロヨンナナ"),
        ("digits", "甲", "甲", "甲"),
        ("characters", "A1京", "A 一 京", "A イチ 京"),
        ("telephone", "010-1234", "零幺零，幺二三四", "ゼロイチゼロのイチニーサンヨン"),
        ("telephone", "甲", "甲", "甲"),
        ("date", "3/5/2024", "2024年3月5日", "2024年3月5日"),
        ("date", "3/5", "3月5日", "3月5日"),
        ("date", "13/5", "13/5", "13/5"),
        ("date", "soon", "soon", "soon"),
        ("time", "3:05pm", "下午3点5分", "午後3時5分"),
        ("time", "15:00", "15点", "15時"),
        ("time", "soon", "soon", "soon"),
        ("currency", "USD 5", "5美元", "5ドル"),
        ("currency", "20 CNY", "20元", "20元"),
        ("currency", "XXX 5", "XXX 5", "XXX 5"),
        ("currency", "$5", "$5", "$5"),
        ("fraction", "2 1/2", "二又1/2", "ニと1/2"),
        ("fraction", "1/2", "1/2", "1/2"),
        ("name", "王", "王", "王"),
    ],
)
def test_ways_to_read(way: str, text: str, chinese: str, japanese: str) -> None:
    names: tuple[tuple[Name, str], ...] = (("zh", chinese), ("ja", japanese))
    for name, expected in names:
        tagged = f'<say-as interpret-as="{way}">{text}</say-as>'
        assert words(name, tagged) == [(text, sounds(name, expected))]


def test_the_order_of_a_date() -> None:
    text = '<say-as interpret-as="date" format="dmy">5-3-2024</say-as>'
    assert words("zh", text) == [("5-3-2024", sounds("zh", "2024年3月5日"))]


@pytest.mark.parametrize(
    ("name", "alphabet", "ph", "phonemes"),
    [
        ("zh", "pinyin", "hang2 zhang3", "xa↗ŋꭧa↓ŋ"),
        ("zh", "x-pinyin", "běi jīng", "pei↓ʨi→ŋ"),
        ("zh", "x-pinyin", "nv3'er2 hua1r ma5", "ny↓ɚ↗xwa→ɚma"),
        ("zh", "x-amazon-pinyin", "LǛ huar1 r2 ma", "ly↘xwa→ɚɚ↗ma"),
        ("zh", "x-pinyin", "hua1ren2", "xwa→ɻə↗n"),
        ("zh", "ipa", "ni˨˩˦ tɕiŋ˥", "ni↓ ʨi→ŋ"),
        ("zh", "x-vvstream", "ni↓", "ni↓"),
        ("ja", "x-kana", "トーキョー えき", "toːkʲoː ekʲi"),
        ("ja", "yomigana", "とうきょう せいゆう", "toːkʲoː seːjɯː"),
        ("ja", "x-yomigana", "こうゆうおう", "koːjɯːoː"),
        ("ja", "ipa", "toːkʲoː", "toːkʲoː"),
    ],
)
def test_sounds_that_are_written(name: Name, alphabet: str, ph: str, phonemes: str) -> None:
    tagged = f'<phoneme alphabet="{alphabet}" ph="{ph}">东</phoneme>'
    assert words(name, tagged) == [("东", phonemes)]


@pytest.mark.parametrize(
    ("name", "tag", "complaint"),
    [
        ("zh", '<phoneme alphabet="x-pinyin" ph="xyz">', "'xyz' is no syllable of Mandarin"),
        ("zh", '<phoneme alphabet="x-pinyin" ph="ni3!">', "expected syllables such as bei3 jing1"),
        ("zh", '<phoneme alphabet="x-pinyin" ph=" ">', "no phonemes in ''"),
        ("zh", '<phoneme alphabet="x-kana" ph="か">', "alphabet: expected ipa, pinyin"),
        ("ja", '<phoneme alphabet="x-kana" ph="abc">', "ph: expected kana, got 'abc'"),
        ("ja", '<phoneme alphabet="x-pinyin" ph="ni3">', "alphabet: expected ipa, yomigana"),
        ("ja", '<say-as interpret-as="song">', "interpret-as: expected characters"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_text_is_read(
    name: Name, tag: str, complaint: str
) -> None:
    element = tag[1:].split()[0]
    found = whole(name, f"{tag}京</{element}>")
    (told,) = (item for item in found if isinstance(item, Complaint))
    assert complaint in told.message
    assert [w.phonemes for w in found if isinstance(w, SpokenWord)] == [sounds(name, "京")]


def test_an_empty_alias_reads_the_text() -> None:
    assert words("zh", '<sub alias="">京</sub>') == [("京", sounds("zh", "京"))]


def test_emphasis_moves_no_stress() -> None:
    (word,) = (w for w in whole("zh", "<emphasis>好</emphasis>") if isinstance(w, SpokenWord))
    assert word.phonemes == sounds("zh", "好")
    assert word.manner.rate < 1
