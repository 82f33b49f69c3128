"""What counts as an error between what was said and what was heard."""

import pytest

from bench.hearing import edits, fold, rate, reader, sounds


@pytest.mark.parametrize(
    ("said", "heard", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "ac", 1), ("abc", "abcd", 1), ("abc", "xyz", 3)],
)
def test_edits(said: str, heard: str, distance: int) -> None:
    assert edits(said, heard) == distance == edits(heard, said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 6:45".replace(":", "."), "at 6 45"),
        ("the 14th", "the 14"),
        ("$5", "dollar 5"),
        ("b a 2 4 7", "b a 247"),
    ],
)
def test_two_spellings_of_one_thing_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_english_is_compared_by_words() -> None:
    pytest.importorskip("whisper_normalizer", reason="of the extra eval")
    read = reader("en")
    assert read("Well, it's 5 o'clock!") == read(" well it is five o'clock")
    assert read("a dodo (an old one) spoke [twice]") == read("a dodo an old one spoke twice")
    assert rate([(read("one two three four"), read("one too three four"))]) == 25


@pytest.mark.parametrize(
    ("language", "text", "heard"),
    [
        ("zh", "花了十元。", " 花了10元"),
        ("zh", "学生说：“好！”", "學生說好"),
        ("zh", "请拨打400-820-1122。", "請撥打4008201122"),
        ("zh", "一盘儿花生米，女儿", "一盤花生米 女兒"),
        ("zh", "身高一米八二", "身高1米82"),
        ("ja", "三本の鉛筆を買った。", "3本のえんぴつをかった"),
    ],
)
def test_spelling_is_no_error(language: str, text: str, heard: str) -> None:
    assert sounds(language)(text) == sounds(language)(heard) != ""


def test_a_wrong_sound_is_one() -> None:
    read = reader("zh")
    assert read("你好") == "nixau"
    assert rate([(read("你好"), read("你高"))]) == pytest.approx(100 / 5)
    assert rate([]) == 0
