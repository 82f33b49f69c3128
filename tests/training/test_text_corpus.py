"""The corpus's texts: patterns fill, numbers are said, judged sentences stay out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.text_corpus import SHARES, choose, normal
from training.text_sources import clean, sentences, speakable
from training.text_templates import PATTERNS, SHORT, cardinal, everyday, expand, ordinal, year

WORDS = st.lists(st.sampled_from(["The", "cat", "sat", "on", "it"]), min_size=3, max_size=8)


@pytest.mark.parametrize(
    ("number", "said", "counted"),
    [
        (1, "one", "first"),
        (12, "twelve", "twelfth"),
        (21, "twenty-one", "twenty-first"),
        (30, "thirty", "thirtieth"),
        (100, "one hundred", "one hundredth"),
        (1_250, "one thousand two hundred fifty", "one thousand two hundred fiftieth"),
    ],
)
def test_numbers_are_said_as_words(number: int, said: str, counted: str) -> None:
    assert cardinal(number) == said
    assert ordinal(number) == counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(1984, "nineteen eighty-four"), (1900, "nineteen hundred"), (2005, "two thousand five")],
)
def test_years_are_said_in_pairs(number: int, said: str) -> None:
    assert year(number) == said


@pytest.mark.parametrize("pattern", [p for group in PATTERNS.values() for p in group] + [*SHORT])
def test_every_pattern_fills(pattern: str) -> None:
    for seed in range(5):
        text = expand(pattern, random.Random(seed))
        assert text
        assert not set(text) & set("{}|")
        assert "  " not in text


def test_an_unknown_slot_names_itself() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        expand("It is {nonsense}.", random.Random(0))


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_sentences_are_found_and_nothing_is_lost(words: list[list[str]]) -> None:
    said = [" ".join(["We", *w]) + "." for w in words]
    assert sentences(" ".join(said)) == said


def test_an_abbreviation_ends_no_sentence() -> None:
    text = clean('"Is Dr. Wu in?" asked Mrs. Lee.   He was not.')
    assert sentences(text) == ["“Is Dr. Wu in?” asked Mrs. Lee.", "He was not."]


@pytest.mark.parametrize(
    "text", ["no capital.", "No end", "SHOUTING ALOUD.", "See main.toml there.", "“Open."]
)
def test_what_cannot_be_read_aloud_is_refused(text: str) -> None:
    assert not speakable(text)


def test_judged_sentences_stay_out_alone_and_in_running_text() -> None:
    judged = "She opened the window, and then she listened to the rain."
    passage = [
        f"Some other sentence of about this length, number {cardinal(n)}." for n in range(40)
    ]
    passage.insert(20, judged)
    library = {name: [passage] for shares in SHARES.values() for name in shares}
    texts = choose(library, [judged.upper()], random.Random(1), scale=0.02)
    assert texts
    assert all(normal(judged) not in normal(text.text) for text in texts)
    assert len({normal(text.text) for text in texts}) == len(texts)


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert everyday(50, random.Random(3)) == everyday(50, random.Random(3))
