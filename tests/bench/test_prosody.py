"""How texts are cut, and what is heard at the cuts."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from bench import prosody
from bench.prosody import Compared, Figures, Jump, Take, Word

TEXT = "One two, three four five six. Seven!"


@pytest.mark.parametrize("how", ["whole", *prosody.HOWS])
def test_a_text_is_the_same_however_it_is_cut(how: str) -> None:
    sent = prosody.pieces(TEXT, how)
    assert "".join(sent) == TEXT
    assert sent[-1] != prosody.FLUSH
    assert (prosody.FLUSH in sent) == how.startswith("flush")


def test_where_a_text_is_cut() -> None:
    places = {how: prosody.cuts(prosody.pieces(TEXT, how)) for how in ("whole", *prosody.HOWS)}
    assert list(places.values()) == [[], [4, 9, 15, 20, 25, 30], [9, 30], [20]]


@pytest.mark.parametrize("pitch", [80.0, 110.0, 210.0, 320.0])
def test_a_buzz_has_its_pitch(pitch: float) -> None:
    time = np.arange(8_000) / 16_000
    buzz = sum(np.sin(2 * math.pi * pitch * k * time) / k for k in range(1, 8))
    found = prosody.pitch_of(np.concatenate((0.2 * np.asarray(buzz), np.zeros(3_200))))
    assert np.nanmedian(found) == pytest.approx(pitch, rel=0.03)
    assert np.isnan(found[-10:]).all()


def test_noise_has_none() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 8_000)
    assert np.isnan(prosody.pitch_of(noise)).mean() > 0.9


def take(*heights: float, sound: bytes = b"") -> Take:
    """Words of half a second and five phonemes each, at these pitches."""
    words = tuple(Word(4 * n, 0.5 * n, 0.5 * (n + 1), 5) for n in range(len(heights)))
    return Take(sound, words, np.repeat(np.array(heights), 50))


def test_a_jump_is_in_semitones_and_ratios() -> None:
    octave = prosody.jump(take(100.0, 200.0, 200.0), 0)
    assert octave.pitch == pytest.approx(12.0)
    assert (octave.rate, octave.pause) == (0.0, 0.0)
    assert prosody.jump(take(math.nan, 200.0), 0).pitch is None


def test_takes_are_compared_at_the_cuts() -> None:
    whole, cut = take(100.0, 100.0, 100.0), take(100.0, 200.0, 200.0, sound=b"other")
    compared = prosody.compare(whole, cut, [4])
    assert [round(one.pitch or 0) for one in compared.cut] == [12]
    assert [one.pitch for one in compared.whole] == [0.0]
    assert not compared.same
    assert prosody.compare(whole, whole, [4]).same
    with pytest.raises(ValueError, match="other words"):
        prosody.compare(whole, take(100.0), [4])
    assert len(prosody.inside("One two, six. ", take(100.0, 100.0, 100.0))) == 1


def test_it_writes_its_report(tmp_path: Path) -> None:
    jumps = [Jump(1.0, math.log(1.5), 0.1), Jump(-3.0, 0.0, 0.2), Jump(None, 0.0, 0.3)]
    compared = {how: [Compared(jumps, jumps[:1], True)] for how in prosody.HOWS}
    prosody.report(Figures(compared, jumps), tmp_path)
    text = (tmp_path / "prosody.md").read_text()
    assert "| inside the sentences of the whole text | 3 | 1.0 | 3.0 | 0 | 50 | 200 |" in text
    assert "| cut at every word | 3 | 1.0 | 3.0 | 0 | 50 | 200 | 1 of 1 |" in text
    assert json.loads((tmp_path / "prosody.json").read_text())["inside"][0]["pitch"] == 1.0
    assert (tmp_path / "prosody.png").exists()
