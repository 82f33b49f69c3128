import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.suffixes import AMERICAN, BRITISH


@pytest.mark.parametrize(
    ("stem", "plural", "past", "progressive"),
    [
        ("wˈɔk", "wˈɔks", "wˈɔkt", "wˈɔkɪŋ"),
        ("ɹˈʌn", "ɹˈʌnz", "ɹˈʌnd", "ɹˈʌnɪŋ"),
        ("kˈɪs", "kˈɪsᵻz", "kˈɪst", "kˈɪsɪŋ"),
        ("nˈid", "nˈidz", "nˈidᵻd", "nˈidɪŋ"),
        ("wˈAt", "wˈAts", "wˈAɾᵻd", "wˈAɾɪŋ"),
        ("ˈækt", "ˈækts", "ˈæktᵻd", "ˈæktɪŋ"),
        ("t", "ts", "tɪd", "tɪŋ"),
    ],
)
def test_american(stem: str, plural: str, past: str, progressive: str) -> None:
    assert AMERICAN.plural(stem) == plural
    assert AMERICAN.past(stem) == past
    assert AMERICAN.progressive(stem) == progressive


@pytest.mark.parametrize(
    ("stem", "plural", "past", "progressive"),
    [
        ("wˈɔːk", "wˈɔːks", "wˈɔːkt", "wˈɔːkɪŋ"),
        ("kˈɪs", "kˈɪsɪz", "kˈɪst", "kˈɪsɪŋ"),
        ("nˈiːd", "nˈiːdz", "nˈiːdɪd", "nˈiːdɪŋ"),
        ("wˈAt", "wˈAts", "wˈAtɪd", "wˈAtɪŋ"),
        ("blˈɜː", "blˈɜːz", "blˈɜːd", "blˈɜːɹɪŋ"),
        ("ˈɒfə", "ˈɒfəz", "ˈɒfəd", "ˈɒfəɹɪŋ"),
        ("sˈiː", "sˈiːz", "sˈiːd", "sˈiːɪŋ"),
    ],
)
def test_british(stem: str, plural: str, past: str, progressive: str) -> None:
    assert BRITISH.plural(stem) == plural
    assert BRITISH.past(stem) == past
    assert BRITISH.progressive(stem) == progressive


@given(st.text(st.sampled_from("ˈˌAIOQWYaæɑɒəɛɪiʊuːɹtdksnmʧʃ"), min_size=1, max_size=12))
def test_a_stem_stays_but_for_its_last_t(stem: str) -> None:
    for suffixes in (AMERICAN, BRITISH):
        for word in (suffixes.plural(stem), suffixes.past(stem), suffixes.progressive(stem)):
            assert word.startswith(stem[:-1])
            assert len(word) > len(stem)
            assert word.startswith(stem) or (stem[-1], word[len(stem) - 1]) == ("t", "ɾ")
