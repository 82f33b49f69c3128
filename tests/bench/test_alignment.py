"""What the aligner is asked, and what is made of its answers."""

import json
from pathlib import Path

import pytest

from bench import alignment
from bench.alignment import Errors, Figures, Span


def test_only_what_is_spoken_as_it_is_written_is_judged() -> None:
    assert alignment.said("Who left? She didn't, I know.") == [
        *("Who", "left", "She", "didn't", "I", "know"),
    ]
    assert alignment.said("At 10:30.") is None
    assert alignment.said("Dr. Alvarez is here.") is None


def test_words_are_joined_with_silence_and_their_places_known() -> None:
    loud, quiet = b"\x00\x40", b"\x01\x00"
    words = [("One", quiet * 160 + loud * 320), ("two", loud * 160 + quiet * 1_600)]
    sound, (one, two) = alignment.joined(words, 3)
    samples = [sound[at : at + 2] for at in range(0, len(sound), 2)]
    first = samples.index(loud)
    assert (one.word, two.word) == ("one", "two")
    assert (round(one.start * 16_000), round(one.end * 16_000)) == (first, first + 320)
    assert samples[round(two.start * 16_000)] == loud
    assert samples[round(two.start * 16_000) - 1] == b"\x00\x00"
    assert two.end - two.start == pytest.approx(0.01)
    assert alignment.joined(words, 3)[0] == sound != alignment.joined(words, 4)[0]


def test_errors_are_of_the_same_words_and_count_from_the_second() -> None:
    errors = Errors([], [])
    told = [Span("a", 0.0, 0.1), Span("b", 0.2, 0.3), Span("c", 0.5, 0.9)]
    errors.add(told, [Span("a", 0.05, 0.1), Span("b", 0.21, 0.3), Span("c", 0.49, 0.8)])
    assert errors.starts == pytest.approx([-0.01, 0.01])
    assert errors.ends == pytest.approx([0.0, 0.1])
    with pytest.raises(ValueError, match="expected a b c"):
        errors.add(told, told[:2])


def test_it_writes_its_report(tmp_path: Path) -> None:
    one, two = Errors([0.01, -0.02], [0.0, 0.3]), Errors([0.04, 0.0], [0.01, 0.01])
    alignment.report(Figures({"en-A": one, "en-B": two}, Errors([0.005], [0.0]), 1), tmp_path)
    text = (tmp_path / "alignment.md").read_text()
    for row in (
        "| en-A | 2 | 10 | 20 | -5 | 0 | 300 |",
        "| en-B | 2 | 0 | 40 | +20 | 10 | 10 |",
        "| all voices | 4 | 10 | 40 | +8 | 10 | 300 |",
        "| 1 | 5 | 5 | +5 |  |  |",
    ):
        assert row in text
    assert json.loads((tmp_path / "alignment.json").read_text())["skipped"] == 1
    assert (tmp_path / "alignment.png").exists()
