"""What counts as an error between what was said and what was heard."""

import pytest

from bench.cer import edits, rate, reader


@pytest.mark.parametrize(
    ("said", "heard", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "ac", 1), ("abc", "abcd", 1), ("abc", "xyz", 3)],
)
def test_edits(said: str, heard: str, distance: int) -> None:
    assert edits(said, heard) == distance == edits(heard, said)


@pytest.mark.parametrize(
    ("language", "text", "heard"),
    [
        ("zh", "花了十元。", " 花了10元"),
        ("zh", "学生说：“好！”", "學生說好"),
        ("ja", "三本の鉛筆を買った。", "3本のえんぴつをかった"),
    ],
)
def test_spelling_is_no_error(language: str, text: str, heard: str) -> None:
    assert rate([(text, heard)], language) == 0


def test_a_wrong_sound_is_one() -> None:
    text, heard = "你好", "你高"
    assert reader("zh")(text) == "nixau"
    assert rate([(text, heard)], "zh") == pytest.approx(100 / 5)
    assert rate([], "zh") == 0
