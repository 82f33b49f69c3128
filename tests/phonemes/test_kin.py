"""Words that no dictionary lists, by their kin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.kin import american_spellings, county, halves


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("modernisation", "modernization"),
        ("customised", "customized"),
        ("catalysed", "catalyzed"),
        ("enamoured", "enamored"),
        ("enrolment", "enrollment"),
        ("loveable", "lovable"),
        ("palaeontology", "paleontology"),
    ],
)
def test_american_spellings(british: str, american: str) -> None:
    assert american in list(american_spellings(british))


@pytest.mark.parametrize("word", ["wise", "rise", "four", "cat", "our", "mae", "oes"])
def test_what_is_spelled_alike_everywhere(word: str) -> None:
    assert list(american_spellings(word)) == []


def test_counties() -> None:
    assert county("warwickshire") == "warwick"
    assert county("shire") == ""


_COMMON = {"launch": 2, "pad": 2, "ready": 2, "steady": 2, "airs": 1, "air": 2, "strikes": 1,
           "trikes": 1, "unlock": 2, "able": 2, "fo": 2, "super": 2, "star": 2, "superb": 2,
           "bowl": 2, "owls": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("launchpad", ("launch", "pad")),
        ("airstrikes", ("air", "strikes")),  # not "airs", "trikes"
        ("readysteady", ("ready", "steady")),
        ("superbowl", ("super", "bowl")),
        ("unlockable", None),  # said otherwise there
        ("fobowl", None),
        ("launch-pad", None),
        ("launch" * 5, None),
        ("launchzzz", None),
    ],
)
def test_halves(word: str, parts: tuple[str, str] | None) -> None:
    assert halves(word, lambda part: _COMMON.get(part, 0)) == parts


@given(st.text("abcst", max_size=30), st.sets(st.text("abcst", min_size=3, max_size=6)))
def test_halves_make_the_whole(word: str, known: set[str]) -> None:
    parts = halves(word, lambda part: int(part in known))
    assert parts is None or (parts[0] + parts[1] == word and known.issuperset(parts))
