"""What attributes say, in numbers, and the words for what they cannot say."""

from collections.abc import Callable

import pytest

from vvstream.markup import values
from vvstream.markup.ipa import known, symbols


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.rate, "slow", 0.8),
        (values.rate, "80%", 0.8),
        (values.rate, "+20%", 1.2),
        (values.rate, "-25%", 0.75),
        (values.rate, "1.5", 1.5),
        (values.rate, ".5", 0.5),
        (values.pitch, "medium", 1.0),
        (values.pitch, "+12st", 2.0),
        (values.pitch, "-12st", 0.5),
        (values.pitch, "+10%", 1.1),
        (values.pitch, "99999st", 4.0),
        (values.volume, "silent", 0.0),
        (values.volume, "medium", 1.0),
        (values.volume, "+6dB", 1.9953),
        (values.volume, "-20dB", 0.1),
        (values.volume, "50", 0.5),
        (values.seconds, "500ms", 0.5),
        (values.seconds, "1.5s", 1.5),
        (values.seconds, "+2s", 2.0),
        (values.strength, "none", 0.0),
        (values.strength, "strong", 0.7),
    ],
)
def test_values(read: Callable[[str], float], text: str, value: float) -> None:
    assert read(text) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (values.rate, "quick", "rate: expected x-slow.*'quick'"),
        (values.rate, "-", "rate: expected"),
        (values.pitch, "220Hz", "pitch: expected x-low"),
        (values.pitch, "120%", "pitch: expected x-low"),
        (values.volume, "101", "volume: expected silent"),
        (values.volume, "loudest", "volume: expected silent"),
        (values.seconds, "1 h", "time: expected 500ms"),
        (values.seconds, "9" * 99 + "s", "time: expected 500ms"),
        (values.strength, "huge", "strength: expected none"),
    ],
)
def test_what_cannot_be_said(read: Callable[[str], float], text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("ipa", "ours"),
    [
        ("pɪˈkɑːn", "pɪkˈɑn"),
        ("/təˈmeɪtoʊ/", "təmˈAtO"),
        ("ˈstrɛŋθ", "stɹˈɛŋθ"),
        ("d͡ʒɝːni", "ʤɜɹni"),
        ("ˈbʌt.ər ˈgoʊ", "bˈʌtəɹ ɡˈO"),
        ("ɑː", "ɑ"),
    ],
)
def test_the_ipa_of_dictionaries(ipa: str, ours: str) -> None:
    assert symbols(ipa) == ours


@pytest.mark.parametrize("ipa", ["", "ˈ", "7", "ж"])
def test_what_no_voice_can_say(ipa: str) -> None:
    with pytest.raises(ValueError, match="phoneme"):
        symbols(ipa)
    with pytest.raises(ValueError, match="phoneme"):
        known(ipa)
