"""The judges' arithmetic; the judges themselves are heavy and run by hand."""

import numpy as np
import pytest

from bench.quality import Recording, compare, fold, report, score


def _recording(voice: str, number: str, heard: str, direction: int) -> Recording:
    embedding = np.zeros(4, np.float32)
    embedding[direction] = 1
    return Recording(voice, number, "a b c d", heard, 2.0, 30, 4.0, 3.0, embedding)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 6:45".replace(":", "."), "at 6 45"),
        ("the 14th", "the 14"),
        ("$5", "dollar 5"),
        ("b a 2 4 7", "b a 247"),
    ],
)
def test_two_spellings_of_one_thing_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_recordings_are_compared_by_voice_and_sentence() -> None:
    own = [_recording("ours", "00", "a b c d", 0), _recording("ours", "01", "a b c d", 1)]
    teacher = [_recording("theirs", "00", "a b c d", 0)]
    assert [r.same for r in compare(own, teacher, {"ours": "theirs"})] == [1.0, None]
    assert [r.same for r in compare(own, teacher, {})] == [None, None]


def test_a_score_is_over_all_words_of_a_voice() -> None:
    pytest.importorskip("jiwer", reason="of the extra eval")
    recordings = [_recording("v", "00", "a b c", 0), _recording("v", "01", "a b c d", 0)]
    (result,) = score("folder", recordings)
    assert result.wer == pytest.approx(100 / 8)
    assert result.rate == pytest.approx(15)
    assert "12.50" in report([result])
