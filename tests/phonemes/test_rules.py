import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english import rules

_SOUNDS = st.text(st.sampled_from("ˈˌAIOWYæəɛɪiʊuɹtdksnm"), max_size=12)


@pytest.mark.parametrize(
    ("phonemes", "softly", "strongly"),
    [
        ("ænd", "ˌænd", "ˈænd"),
        ("wˌɛn", "wˌɛn", "wˈɛn"),
        ("kˈæt", "kˈæt", "kˈæt"),
        ("hm", "hm", "hm"),
    ],
)
def test_capitals_bring_stress(phonemes: str, softly: str, strongly: str) -> None:
    assert rules.emphasise(phonemes, strongly=False) == softly
    assert rules.emphasise(phonemes, strongly=True) == strongly


def test_less_stress() -> None:
    assert rules.unstress("pˈYnˌt") == "pYnt"
    assert rules.weaken("ˈɛksˌAm") == "ˌɛksAm"
    assert rules.demote("ˌAm") == "ˌAm"
    assert rules.demote("ˈAm") == "ˌAm"


@pytest.mark.parametrize(
    ("parts", "letter_first", "expected"),
    [
        (["wˈɛl", "nˈOn"], False, "wˌɛlnˈOn"),  # the heavier part keeps its stress
        (["ˈɛks", "ɹˈA"], True, "ˈɛksɹˌA"),
        (["stˈAt", "ʌv", "ði", "ˈɑɹt"], False, "stˈAtʌvðiˈɑɹt"),
        (["", "nˈOn"], False, "nˈOn"),
        ([], False, ""),
    ],
)
def test_compounds(parts: list[str], letter_first: bool, expected: str) -> None:
    assert rules.compound(parts, letter_first=letter_first) == expected


@given(st.lists(_SOUNDS))
def test_a_compound_only_loses_stress(parts: list[str]) -> None:
    assert rules.unstress(rules.compound(parts)) == rules.unstress("".join(parts))


@given(_SOUNDS)
def test_the_teacher_has_no_flap_of_its_own(phonemes: str) -> None:
    assert not set(rules.to_teacher(phonemes + "ɾʔ")) & set("ɾʔ")
