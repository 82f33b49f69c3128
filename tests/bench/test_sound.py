"""What is measured in a sound, on sounds of which it is known; and the scripts that ask for it."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import artefacts, drift, knobs
from bench.recordings import write
from bench.sound import (
    NOTHING_DB,
    Samples,
    audible,
    clicks,
    hiss,
    levels,
    loudness,
    melody,
    pauses,
    read,
    spoken,
)
from vvstream.audio import PCM_PEAK, SAMPLE_RATE

NOISE = np.random.default_rng(0)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE))


def tone(seconds: float, pitch: float = 120.0, height: float = 0.3) -> Samples:
    """Twenty harmonics, falling: as a vowel has them."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    whole = sum(np.cos(2 * np.pi * k * pitch * at + k * k) / k for k in range(1, 21))
    return np.asarray(height * whole / np.abs(whole).max())


def save(folder: Path, voice: str, number: int, samples: Samples) -> None:
    write(folder, voice, number, "text", (samples * PCM_PEAK).astype("<i2").tobytes())


def test_what_cannot_be_heard_is_cut_off() -> None:
    sound = tone(0.5)
    found = audible(np.concatenate([silence(0.2), sound, silence(0.3)]))
    assert abs(found.size - sound.size) < 80
    assert audible(silence(1)).size == 0


@pytest.mark.parametrize("gain", [0.01, 1.0])
def test_where_speech_ends_does_not_depend_on_how_loud_it_is(gain: float) -> None:
    faint = 0.003 * tone(0.3)
    sound = gain * np.concatenate([silence(0.2), faint, tone(1.0), faint, silence(0.3)])
    assert spoken(sound).size == pytest.approx(SAMPLE_RATE, abs=320)
    assert spoken(silence(1)).size == 0
    assert spoken(silence(0)).size == 0


def test_a_pause_lies_between_sounds_and_lasts() -> None:
    sound = np.concatenate([silence(0.2), tone(0.3), silence(0.2), tone(0.3), silence(0.03),
                            tone(0.3), silence(0.4)])  # fmt: skip
    (only,) = pauses(sound)
    assert abs(only.stop - only.start - 20) <= 2
    assert levels(audible(sound))[only].max() == NOTHING_DB


@pytest.mark.parametrize("level", [-40.0, -23.0, -10.0])
def test_loudness_follows_the_level(level: float) -> None:
    # BS.1770: a sine of 997 Hz at full scale has -3.01 LUFS.
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    sine = 10 ** (level / 20) * np.sin(2 * np.pi * 997 * at)
    assert loudness(sine) == pytest.approx(level - 3.01, abs=0.1)
    assert loudness(sine[:1000]) == loudness(silence(2)) == NOTHING_DB


def test_a_click_is_found_and_speech_has_none() -> None:
    vowel = tone(1.0)
    assert clicks(vowel) == clicks(silence(1)) == 0
    for at in (4_000, 9_000):
        vowel[at] += 0.25
    assert clicks(vowel) == 2
    jump = np.concatenate([tone(0.3), tone(0.3)[50:] + 0.2])
    assert clicks(jump) == 1


def test_the_burst_of_a_stop_is_no_click() -> None:
    hissing = 0.05 * NOISE.standard_normal(SAMPLE_RATE // 5)
    assert clicks(np.concatenate([silence(0.2), hissing])) == 0


def test_a_buzz_is_more_periodic_than_breath() -> None:
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    noise = 0.04 * np.diff(NOISE.standard_normal(SAMPLE_RATE + 1))
    gate = (at * 120.0 % 1 < 0.2) / np.sqrt(0.2)
    breath, buzz = hiss(0.5 * tone(1.0) + noise), hiss(0.5 * tone(1.0) + noise * gate)
    assert min(breath.windows, buzz.windows) > 50
    assert buzz.periodic > breath.periodic + 0.3
    assert hiss(tone(1.0)).windows == 0
    assert hiss(silence(0.1)).windows == 0


def test_melody_is_pitch_and_how_it_moves() -> None:
    steady = melody([tone(0.5, 120.0)])
    assert steady.pitch == pytest.approx(120, rel=0.02)
    assert steady.spread < 0.1
    assert steady.swing < 0.5
    moving = melody([tone(0.5, 110.0), tone(0.5, 131.0, height=0.1)])
    assert moving.spread == pytest.approx(1.5, abs=0.2)
    assert moving.swing > 3
    assert melody([silence(0.5)]).pitch == 0


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=60), st.floats(-3, 3))
def test_a_trend_is_that_of_the_line(values: list[float], slope: float) -> None:
    tilted = [value + slope * minute / 60 for minute, value in enumerate(values)]
    difference = drift.trend(tilted).an_hour - drift.trend(values).an_hour
    assert difference == pytest.approx(slope, abs=1e-6)


def test_drift_of_a_voice_that_grows_louder_and_higher(tmp_path: Path) -> None:
    parts = [tone(1.0, pitch, height) for pitch, height in ((100, 0.1), (110, 0.2), (121, 0.4))]
    found = drift.minutes(np.concatenate([*parts, silence(0.5)]), length=1.0)
    assert len(found) == 3
    drift.report(found, tmp_path)
    text = (tmp_path / "drift.md").read_text()
    # Second half against first: 12 LU and two steps of 10 %, at a line of 60 minutes an hour.
    (loud,) = [line for line in text.splitlines() if line.startswith("| loudness")]
    assert float(loud.split("|")[3]) == pytest.approx(6 * 60, abs=12)
    assert (tmp_path / "drift.png").exists()
    assert drift.trend([1.0]).an_hour == 0


def test_artefacts_of_each_voice(tmp_path: Path) -> None:
    quiet, loud = tone(1.0, height=0.1), tone(1.0, height=0.95)
    quiet[5_000] += 0.1
    save(tmp_path / "own", "en-Quiet_woman", 0, quiet)
    save(tmp_path / "own", "en-Quiet_woman", 1, tone(1.0, height=0.1))
    save(tmp_path / "own", "jp-Loud_man", 0, loud)
    artefacts.main([str(tmp_path / "own"), "--out", str(tmp_path / "out"), "--name", "x"])
    one, other = json.loads((tmp_path / "out/x.json").read_text())["faults"]
    assert (one["voice"], other["voice"]) == ("en-Quiet_woman", "jp-Loud_man")
    assert one["clicks"] == pytest.approx(30)
    assert (one["bent"], other["clicks"]) == (0, 0)
    assert other["bent"] > 0
    assert other["peak"] == pytest.approx(-0.45, abs=0.1)
    assert other["true_peak"] >= other["peak"] - 0.01
    assert other["loudness"] - one["loudness"] == pytest.approx(19.6, abs=0.5)


def test_a_knob_is_measured_value_by_value(tmp_path: Path) -> None:
    for value, seconds, pause in ((0.5, 1.0, 0.4), (1.0, 0.5, 0.2)):
        at = knobs.folder_of(tmp_path / "speed", value)
        for voice, pitch in (("en-A_woman", 200.0), ("en-B_man", 100.0)):
            save(at, voice, 0, np.concatenate([tone(seconds, pitch), silence(pause),
                                               tone(seconds, pitch)]))  # fmt: skip
        (at / knobs.COST).write_text(json.dumps({"cpu_seconds": 0.5}))
    out = tmp_path / "out"
    sentences = tmp_path / "sentences.json"
    sentences.write_text(json.dumps(["Never read, since all is there."]))
    knobs.main(["speed", str(sentences), str(tmp_path / "speed"), "--voices", "en-A_woman",
                "en-B_man", "--values", "0.5", "1", "--out", str(out)])  # fmt: skip
    slow, own = json.loads((out / "speed.json").read_text())["points"]
    assert slow["seconds"] == pytest.approx(2 * own["seconds"], rel=0.02)
    assert slow["pause"] == pytest.approx(400, abs=20)
    assert own["pause"] == pytest.approx(200, abs=20)
    assert slow["pitch"] == pytest.approx(own["pitch"], rel=0.02)
    assert own["cpu"] == pytest.approx(0.5 / own["seconds"])
    assert (out / "speed.png").exists()


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    save(tmp_path, "en-A_woman", 0, tone(0.1))
    (path,) = tmp_path.glob("*.wav")
    with wave.open(str(path)) as file:
        assert file.getframerate() == SAMPLE_RATE
    assert np.abs(read(path) - tone(0.1)).max() <= 1 / PCM_PEAK
