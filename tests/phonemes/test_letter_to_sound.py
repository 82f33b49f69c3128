import pytest
from hypothesis import given
from hypothesis import strategies as st

from vvstream.phonemes.english.dictionary import DATA
from vvstream.phonemes.english.letter_to_sound import LetterToSound
from vvstream.phonemes.inventory import encode

_NETWORK = LetterToSound(DATA / "letter_to_sound.safetensors")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("kubernetes", "kəbˈɜɹnəts"),
        ("Zelenkov", "zˈɛlənkɑv"),
        ("glorpy", "ɡlˈɔɹpi"),
        ("plomater", "plˈOmˌAɾəɹ"),  # t between vowels is flapped
        ("", ""),
        ("123", ""),
    ],
)
def test_words(word: str, said: str) -> None:
    assert _NETWORK.say(word) == said


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=3, max_size=60))
def test_always_says_something_speakable(word: str) -> None:
    said = _NETWORK.say(word)
    assert encode(said.replace("ɾ", "T")) or not set("aeiouy") & set(word)


def test_letters_in_a_row_count_twice_at_most() -> None:
    assert _NETWORK.say("grooooovy") == _NETWORK.say("groovy")
