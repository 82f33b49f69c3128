from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.dictionary import DATA, Dictionary, Entry
from vvstream.phonemes.inventory import encode

_PATH = DATA / "english_us.tsv"
_DICTIONARY = Dictionary(_PATH)
_LINES = _PATH.read_text("utf-8").splitlines()
_GB = Dictionary(DATA / "english_gb.tsv")
_GB_LINES = (DATA / "english_gb.tsv").read_text("utf-8").splitlines()


@given(
    st.one_of(
        st.tuples(st.just(_DICTIONARY), st.sampled_from(_LINES)),
        st.tuples(st.just(_GB), st.sampled_from(_GB_LINES)),
    )
)
def test_every_line_is_found(case: tuple[Dictionary, str]) -> None:
    dictionary, line = case
    word, said = line.split("\t")[:2]
    entry = dictionary.exact(word)
    assert (entry is None) == (not said)
    assert entry is None or entry.default == said.removeprefix("~")


@given(st.text(max_size=12))
def test_nothing_else_is_found(word: str) -> None:
    listed = any(line.startswith(word + "\t") for line in _LINES) if word.isascii() else False
    assert (_DICTIONARY.exact(word) is not None) == listed


def test_all_entries_are_in_the_inventory() -> None:
    for line in _LINES + _GB_LINES:
        for said in line.split("\t")[1:]:
            assert encode(said.removeprefix("~").rpartition("=")[2].replace("ʔ", "t")) is not None


def test_the_first_letter_may_change_its_case() -> None:
    assert _DICTIONARY.find("Winter") == _DICTIONARY.exact("winter")
    assert _DICTIONARY.find("london") == _DICTIONARY.exact("London")
    assert _DICTIONARY.find("polish") != _DICTIONARY.find("Polish")
    assert _DICTIONARY.find("wInter") is None
    assert _DICTIONARY.find("") is None


def test_what_people_checked_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("Ab\tA\nab\t~b\nbow\tbO\tVERB=bW\tNOUN=\n", "utf-8")
    small = Dictionary(path)
    assert small.find("ab") == Entry("A", {}, sure=True)
    assert small.exact("ab") == Entry("b", {}, sure=False)
    assert small.find("bow") == Entry("bO", {"VERB": "bW", "NOUN": ""}, sure=True)
    assert small.find("zz") is None


def test_a_word_may_be_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("ab\tA\nxy\t\n", "utf-8")
    elsewhere = {"Cd": Entry("C", {}, sure=True), "ab": Entry("B", {}, sure=True)}
    elsewhere["xy"] = elsewhere["ab"]
    both = Dictionary(path, elsewhere.get)
    assert both.find("ab") == Entry("A", {}, sure=True)
    assert both.find("cd") == elsewhere["Cd"]
    assert both.find("xy") is None
    assert both.has("ab")
    assert not both.has("Ab")
    assert not both.has("xy")
    assert both.find("x") is None


@pytest.mark.parametrize("word", ["\ud800", "é", "a\tb", "a\nb"])
def test_odd_words_are_not_found(word: str) -> None:
    assert _DICTIONARY.find(word) is None
