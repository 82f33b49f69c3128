"""Characters with their places, and pieces that become words again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_frontend import cut
from vvstream.text.ahead import Ahead
from vvstream.text.cjk.characters import Character, Clusters, is_latin, written
from vvstream.text.cjk.pieces import Assembler, Say, merge


def characters(*pieces: str) -> list[Character]:
    clusters, ahead = Clusters(), Ahead[Character]()
    for piece in pieces:
        clusters.push(piece, ahead)
    clusters.finish(ahead)
    ahead.end()
    found: list[Character] = []
    while ahead.peek() is not None:
        found.append(ahead.take())
    return found


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("ＡＢ１", ["A", "B", "1"]),
        ("ｶﾞｷﾞ", ["ガ", "ギ"]),
        ("か\u3099", ["が"]),
        ("!ﾞ", ["!", "\u3099"]),
        ("㌔", ["キ", "ロ"]),
        ("e\u0301a", ["é", "a"]),
        ("…。", ["…", "。"]),
        ("〜−", ["～", "-"]),
        ("½", ["1", "/", "2"]),
        (" \u0301", [" ", "\u0301"]),
        ("👩\u200d💻a", ["👩", "a"]),
        ("👍🏽", ["👍"]),
        ("👍a\u200d", ["👍", "a", "\u200d"]),
        ("🇯🇵🇨🇳", ["🇯", "🇨"]),
        ("☀\ufe0f", ["☀"]),
        ("👩\u200dx", ["👩", "x"]),
        ("", []),
    ],
)
def test_one_form(text: str, forms: list[str]) -> None:
    # a joiner alone stays with what it stands behind
    assert [c.text for c in characters(text) if c.text != "\u200d" or "\u200d" in forms] == forms


@given(st.text(), st.lists(st.integers(0, 1000), max_size=8))
def test_characters_cover_the_text_however_it_is_cut(text: str, places: list[int]) -> None:
    found = characters(text)
    assert found == characters(*cut(text, places))
    assert written(found) == text
    assert all(text[c.start : c.end] == c.raw for c in found)


def test_a_cluster_ends_somewhere() -> None:
    assert len(characters("e" + "\u0301" * 500)) > 10


def test_letters() -> None:
    assert is_latin("é")
    assert is_latin("μ")
    assert not is_latin("世")
    assert not is_latin("1")


def test_words_and_marks_take_turns() -> None:
    assembler = Assembler()
    assembler.mark("(")
    assembler.mark(",")  # of no word
    assert assembler.say(Say("a", 0, 1, "A")) == []
    assembler.mark(",")
    assembler.mark("“")
    (first,) = assembler.say(Say("b", 2, 3, "b"))
    assert (first.before, first.phonemes, first.after) == ("(", "A", ",")
    assembler.mark("—")
    (second,) = assembler.say(Say("c", 4, 5, "c", before=" ;(", after="."))
    assert (second.before, second.after) == (" “", "—;")
    assert assembler.extend(5, "d")
    assert not assembler.extend(9, "e")
    (third,) = assembler.finish()
    assert (third.before, third.phonemes, third.after) == (" (", "c d", ".")
    assert assembler.settle() == []
    assert not assembler.extend(5, "d")
    assembler.close()
    assert assembler.finish() == []


def test_nothing_stands_behind_a_dash() -> None:
    assembler = Assembler(first=False)
    assembler.say(Say("a", 0, 1, "A"))
    assembler.mark("—")
    (dash,) = assembler.say(Say("b", 1, 2, "b"))
    (last,) = assembler.finish()
    assert (dash.before, dash.after, last.before, last.after) == (" ", "—", "", ".")


def test_marks_in_a_row() -> None:
    assert merge("", "!!!") == "!"
    assert merge("?", "!") == "?!"
    assert len(merge("", "?!" * 9)) == 6
