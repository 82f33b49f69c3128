"""Where a chapter is cut, and which words are missing."""

from bench.chapters import Slips, clips, report, slips, unspoken
from bench.quality import Recording
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
    wanted = "a b c d e f".split()
    assert slips(wanted, wanted) == Slips((), ())
    assert slips(wanted, "a b e f".split()) == Slips(("c d",), ())
    assert slips(wanted, "a b a b c d e f".split()) == Slips((), ("a b",))
    assert slips(wanted, "a b x y c d f".split()) == Slips((), ())


def _recording(number: str, wanted: str, heard: str) -> Recording:
    said, understood = tuple(wanted.split()), tuple(heard.split())
    return Recording("en-v", number, "en", said, understood, 2.0, 2, 4.0, 3.0, ())


def test_the_report_names_the_clips_that_are_not_perfect() -> None:
    good, bad = _recording("000", "a b", "a b"), _recording("001", "a b c d", "a d")
    said = report([good, bad], {"missing": [], "twice": []})
    assert "2 clips, WER 33.33 %" in said
    assert "| 001 | 50.0 | b c |" in said
