"""The judges' arithmetic and memory; the judges themselves are heavy and run by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.judges import Archive, Verdict
from bench.quality import Recording, compare, plot, report, score
from bench.report import write


def _recording(voice: str, number: str, heard: str, direction: int = 0, **more: float) -> Recording:
    embedding = tuple(float(place == direction) for place in range(4))
    return Recording(
        voice=voice,
        number=number,
        language=voice[:2],
        wanted=("a", "b", "c", "d"),
        heard=tuple(heard.split()),
        seconds=more.get("seconds", 2.0),
        letters=30,
        distill_mos=more.get("distill_mos", 4.0),
        dnsmos=3.0,
        embedding=embedding,
    )


def test_recordings_are_compared_by_voice_and_sentence() -> None:
    own = [_recording("en-a", "00", "a b c d"), _recording("en-a", "01", "a b c"),
           _recording("en-b", "00", "a b c d")]  # fmt: skip
    (one,) = compare(own, [_recording("en-a", "00", "a b c d")])
    assert (one.voice, one.own.count, one.same, one.rate, one.misses) == ("en-a", 1, 1.0, 0.0, ())


@pytest.mark.parametrize(
    ("voice", "heard", "other", "misses"),
    [
        ("en-a", "a b c", {}, ("error",)),
        ("en-a", "a b c d", {"direction": 1}, ("same",)),
        ("en-a", "a b c d", {"distill_mos": 4.05}, ()),
        ("en-a", "a b c d", {"distill_mos": 4.15}, ("Distill-MOS",)),
        ("en-a", "a b c d", {"seconds": 2.05}, ()),
        ("en-a", "a b c d", {"seconds": 2.1}, ("rate",)),
        ("en-a", "a b c d", {"seconds": 1.9}, ("rate",)),
        ("ja-a", "a b c", {}, ("error",)),
    ],
)
def test_what_falls_short_is_named(
    voice: str, heard: str, other: dict[str, float], misses: tuple[str, ...]
) -> None:
    direction = int(other.pop("direction", 0))
    counterpart = _recording(voice, "00", "a b c d", direction, **other)
    (one,) = compare([_recording(voice, "00", heard)], [counterpart])
    assert one.misses == misses


def test_other_words_are_no_counterpart() -> None:
    own, other = _recording("en-a", "00", "a"), _recording("en-a", "00", "a")
    object.__setattr__(other, "wanted", ("something", "else"))
    assert compare([own], [other]) == []


def test_a_score_is_over_all_words_of_a_voice(tmp_path: Path) -> None:
    judged = [_recording("en-v", "00", "a b c"), _recording("en-v", "01", "a b c d")]
    (result,) = score("folder", judged)
    assert result.error == pytest.approx(100 / 8)
    assert result.rate == pytest.approx(15)
    text = report([result], compare(judged, judged[1:]))
    assert "| folder | en-v | 2 | 12.50 |" in text
    assert "| en-v | 1 | 0.00, 0.00 | 4.00, 4.00 | 3.00, 3.00 | +0.0 | 1.000 |  |" in text
    write("quality", text, {}, lambda axes: plot([result], axes), tmp_path)
    assert (tmp_path / "quality.png").exists()


def test_what_was_judged_is_found_by_its_samples(tmp_path: Path) -> None:
    verdict = Verdict("good morning", 4.5, 3.5, (0.6, 0.8))
    one, same, other = tmp_path / "one.wav", tmp_path / "same.wav", tmp_path / "other.wav"
    one.write_bytes(b"sound")
    same.write_bytes(b"sound")
    other.write_bytes(b"another")
    archive = Archive(tmp_path / "judged", "judge==1")
    assert archive.find(one, "en") is None
    archive.keep(one, "en", verdict)
    assert archive.find(one, "en") == archive.find(same, "en") == verdict
    assert archive.find(one, "ja") is archive.find(other, "en") is None
    assert Archive(tmp_path / "judged", "judge==2").find(one, "en") is None
    (kept,) = (tmp_path / "judged").iterdir()
    assert json.loads(kept.read_text())["heard"] == "good morning"
    kept.write_text("{")
    assert archive.find(one, "en") is None


def test_what_dnsmos_has_not_heard_is_known_to_the_quick_alone(tmp_path: Path) -> None:
    wav = tmp_path / "one.wav"
    wav.write_bytes(b"sound")
    archive = Archive(tmp_path / "judged", "judge==1")
    quick = Verdict("good morning", 4.5, None, (0.6, 0.8))
    archive.keep(wav, "en", quick)
    assert archive.find(wav, "en") is None
    assert archive.find(wav, "en", quick=True) == quick
    asked = _recording("en-v", "00", "a b c d")
    not_asked = replace(asked, number="01", dnsmos=None)
    (result,) = score("folder", [asked, not_asked])
    assert result.dnsmos is None
    assert "| – |" in report([result], [])
