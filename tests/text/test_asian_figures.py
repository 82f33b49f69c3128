"""Figures of Chinese and Japanese texts: all of the tables."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from vvstream.text.japanese import counters, figures, numbers
from vvstream.text.mandarin import figures as chinese_figures

_HERE = Path(__file__).parent


def _cases(name: str) -> list[Any]:
    table = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return [case for cases in table.values() for case in cases]


@pytest.mark.parametrize(("text", "said"), _cases("mandarin_figures.yaml"))
def test_figures_in_chinese(text: str, said: str) -> None:
    figure, bar, behind = text.partition("|")
    length, words = chinese_figures.read(figure + behind)
    assert words == said
    assert length == len(figure.strip() if not bar else figure)


@pytest.mark.parametrize(("text", "said"), _cases("japanese_figures.yaml"))
def test_figures_in_japanese(text: str, said: str) -> None:
    figure, _, behind = text.partition("|")
    assert figures.read("", figure + behind) == (len(figure), said)


def test_the_first_of_a_month() -> None:
    assert figures.read("月", "1日")[1] == "ツイタチ"
    assert figures.read("", "1日")[1] == "イチニチ"


@pytest.mark.parametrize("text", ["", "人", "a1", "-", "$"])
def test_what_is_no_figure(text: str) -> None:
    assert figures.read("", text) == (0, "")
    assert chinese_figures.read(text) == (0, "")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二十四", 24),
        ("二〇二四", 2024),
        ("千二百", 1200),
        ("三億五千万", 350_000_000),
        ("万", 10_000),
        ("十", 10),
        ("一二", 12),
    ],
)
def test_numbers_in_chinese_characters(text: str, number: int) -> None:
    assert numbers.from_kanji(text) == number


@given(st.text("0123456789.,:/-~%年月日人個円万億千時分つ", min_size=1, max_size=20))
def test_any_figure_has_a_reading_or_none(text: str) -> None:
    for length, said in (figures.read("", text), chinese_figures.read(text)):
        assert 0 <= length <= len(text)
        assert bool(length) is bool(said)


@given(st.integers(0, 10**16), st.sampled_from(counters.COUNTERS))
def test_every_number_of_every_counter_is_kana(number: int, counter: str) -> None:
    said = counters.counted(number, counter)
    assert said
    assert all("ァ" <= c <= "ー" for c in said)
