"""Where a chapter is cut, and which words are missing; and the silence in a recording."""

import wave
from pathlib import Path

import numpy as np

from bench.chapters import Slips, clips, report, slips, unspoken
from bench.quality import Recording
from bench.speed import read, silent_share
from bench.speed import report as speed_report
from bench.talk import Event

TEXT = "One two. Three four! “Five,” six. Seven"


def words(text: str, every: float) -> list[Event]:
    found, at = [], 0
    for i, word in enumerate(text.replace("“", " ").replace(",”", "  ").split()):
        at = text.index(word.strip(".!"), at)
        found.append({"offset": at, "text": word.strip(".!"), "start": i * every})
    return found


def test_clips_end_with_sentences_and_leave_nothing_out() -> None:
    found = clips(TEXT, words(TEXT, 8.0), 60.0)
    assert [clip.text for clip in found] == ["One two.", "Three four! “", "Five,” six.", "Seven"]
    assert found[0].start == 0.0
    assert [clip.end for clip in found[:-1]] == [clip.start for clip in found[1:]]
    assert found[-1].end == 60.0
    assert clips(TEXT, [], 0.0) == []


def test_words_without_an_event_and_with_two() -> None:
    events = words(TEXT, 1.0)
    assert unspoken(TEXT, events) == ([], [])
    missing, twice = unspoken(TEXT, [*events[:2], events[1], *events[3:]])
    assert missing == ["Three"]
    assert len(twice) == 1


def test_slips_are_rows_of_words() -> None:
    wanted = "a b c d e f"
    assert slips(wanted, wanted) == Slips((), ())
    assert slips(wanted, "a b e f") == Slips(("c d",), ())
    assert slips(wanted, "a b a b c d e f") == Slips((), ("a b",))
    assert slips(wanted, "a b x y c d f") == Slips((), ())


def test_the_report_names_the_clips_that_are_not_perfect() -> None:
    good = Recording("v", "000", "a b", "a b", 2.0, 2, 4.0, 3.0, None)
    bad = Recording("v", "001", "a b c d", "a d", 2.0, 4, 4.0, 3.0, None)
    said = report([good, bad], {"missing": [], "twice": []})
    assert "2 clips, WER 33.33 %" in said
    assert "| 001 | 50.0 | b c |" in said


def test_silence_is_what_cannot_be_heard(tmp_path: Path) -> None:
    assert silent_share(np.zeros(0, np.float32)) == 0.0
    sound = np.concatenate([np.zeros(1_600), np.full(4_800, 0.1)]).astype(np.float32)
    assert silent_share(sound) == 0.25
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((sound * 32768).astype("<i2").tobytes())
    assert read(tmp_path).size == 6_400
    assert "| 0.4 | 25.0 |" in speed_report([tmp_path])
