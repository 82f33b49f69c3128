"""Samples are written small, and laid side by side with the teacher's."""

from pathlib import Path

import numpy as np
import pytest

from bench import samples
from bench.recordings import sentences_of, write
from vvstream.audio import SAMPLE_RATE


def say(folder: Path, voice: str, number: int, text: str) -> None:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    sound = 9_000 * np.sin(2 * np.pi * 200 * at)
    write(folder, voice, number, text, sound.astype("<i2").tobytes())


def test_each_voice_beside_its_teacher(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile", reason="of the extra eval")
    ours, theirs, hard, out = (tmp_path / name for name in ("ours", "theirs", "hard", "out"))
    for number in (0, 7):
        say(ours, "en-A_woman", number, f"Sentence {number}.")
    say(ours, "jp-B_man", 3, "三です。")
    say(theirs, "en-A_woman", 7, "Sentence 7.")
    say(hard, "en-A_woman", 0, "A $5 text.")
    page = samples.index(samples.pairs(ours, theirs), sorted(hard.glob("*.wav")), out)
    own, other = "[1.0 s](ours_en_A_woman_07.opus)", "[1.0 s](theirs_en_A_woman_07.opus)"
    assert f"| `en-A_woman` | {own} | {other} |" in page
    assert "| `jp-B_man` | [1.0 s](ours_ja_B_man_03.opus) |  |" in page
    assert "| `en-A_woman` | [1.0 s](hard_en_A_woman_00.opus) | A $5 text. |" in page
    assert "* en: Sentence 7." in page
    written = sorted(out.iterdir())
    assert len(written) == 4
    for path in written:
        assert f"({path.name})" in page
        assert path.stat().st_size < 10_000
        heard, rate = soundfile.read(path)
        assert heard.size / rate == pytest.approx(1.0, abs=0.05)


def test_hard_sentences_are_there_in_every_language() -> None:
    path = Path(samples.__file__).parent / "sentences/hard.json"
    assert all(len(sentences_of(path, language)) >= 2 for language in ("en", "ja", "zh"))
