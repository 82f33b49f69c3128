import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.inventory import BOUNDARY, SYMBOLS, UNITS, encode


def test_the_teachers_ids() -> None:
    """A sample of the vocab in the config.json of Kokoro-82M."""
    teacher = {";": 1, "?": 6, "—": 9, "”": 15, " ": 16, "\u0303": 17, "I": 25, "O": 31, "Q": 33,
               "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "f": 48, "h": 50, "z": 68, "ɑ": 69, "ə": 83,
               "ɜ": 87, "ɡ": 92, "ŋ": 112, "ɹ": 123, "ɾ": 125, "ʃ": 131, "ʧ": 133, "ʊ": 135,
               "ʌ": 138, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "↘": 173,
               "ᵻ": 177}  # fmt: skip
    assert {s: SYMBOLS[s] for s in teacher} == teacher
    assert len(SYMBOLS) == 114


def test_ids_are_distinct_and_fit_the_embedding() -> None:
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert all(BOUNDARY < unit < UNITS for unit in SYMBOLS.values())


@given(st.text(st.sampled_from(sorted(SYMBOLS))))
def test_one_unit_a_symbol(phonemes: str) -> None:
    assert encode(phonemes) == tuple(SYMBOLS[p] for p in phonemes)


def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(ValueError, match=r"'g' \(U\+0067\)"):
        encode("dˈɔg")
