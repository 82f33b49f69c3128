import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.text.characters import fold, is_picture, script


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain", "plain"),
        ("café naïve Ångström", "cafe naive Angstrom"),
        ("e\u0301", "e"),
        ("straße Œuvre łódź", "strasse Oeuvre lodz"),
        ("ﬁ ｆｕｌｌ №５ Ⅳ ℃", "fi full No.5 IV °C"),
        ("٣۴", "34"),
        ("‘a’ „b“ «c»", "'a' “b“ “c”"),
        ("1–2 − 3 ― …", "1–2 - 3 — …"),
        ("ok。、？", "ok.,?"),
        ("a\x00b\x1b\u200bc\u00ad\ufeff", "abc"),
        ("x²½™°⁻¹♭∪", "x²½™°⁻¹♭∪"),
        ("a世界b", "a b"),
        ("世", " "),
        ("👍🏽!", "👍!"),
        ("👩‍💻x", "👩x"),
        ("🇫🇷🇩🇪", "🇫🇩"),
        ("🏴\U000e0067\U000e007f.", "🏴."),
        ("1️⃣", "1"),
        ("❤️‍", "❤"),
    ],
)
def test_what_characters_stand_for(text: str, plain: str) -> None:
    assert fold(text).text == plain


@given(st.text())
def test_each_character_has_its_place(text: str) -> None:
    folded = fold(text)
    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)
    assert folded.places[-1] == len(text)
    for start, end in folded.unspeakable:
        assert 0 <= start < end <= len(text)


@given(st.characters())
def test_one_character_is_plain_or_reported(character: str) -> None:
    folded = fold(character)
    if folded.unspeakable:
        assert folded.text == " "
    else:
        assert all(c.isascii() or not c.isalpha() or c in "Ωμ" or
                   "GREEK" in unicodedata.name(c) for c in folded.text)  # fmt: skip


def test_neighbours_that_cannot_be_spoken_are_one_stretch() -> None:
    assert fold("a世界b界").unspeakable == ((1, 3), (4, 5))


def test_scripts() -> None:
    assert script("世") == "CJK"
    assert script("\ud800") == "SURROGATE"
    assert script("\ue000") == "UNNAMED"
    assert is_picture("🎉")
    assert not is_picture("é")
    assert not is_picture("∞")
