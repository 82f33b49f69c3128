"""Voices are measured, and their paces end up in the header and nowhere else."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from bench.recordings import write
from tests.training.conftest import VOICES
from training.pace import keep_up
from vvstream.acoustic.weights import load_acoustic
from vvstream.audio import PCM_PEAK, SAMPLE_RATE


def speak(folder: Path, voice: str, number: int, seconds: float) -> None:
    """A tone of so many seconds in a second of silence before and after."""
    folder.mkdir(exist_ok=True)
    tone = 0.1 * PCM_PEAK * np.sin(np.arange(round(seconds * SAMPLE_RATE)) / 3 + 0.5)
    silence = np.zeros(SAMPLE_RATE)
    samples = np.concatenate((silence, tone, silence)).astype("<i2")
    write(folder, voice, number, "", samples.tobytes())


def test_a_voice_keeps_up_with_its_teacher(weights: Path, tmp_path: Path) -> None:
    before = load_file(weights)
    ours, teachers = tmp_path / "ours", tmp_path / "teachers"
    for number, seconds in enumerate((1.0, 2.0)):
        speak(ours, VOICES[0], number, seconds)
        speak(teachers, VOICES[0], number, 1.1 * seconds)
        speak(ours, VOICES[1], number, seconds)
        speak(teachers, VOICES[1], number, seconds)
    speak(teachers, VOICES[1], 2, 9.0)  # which we did not read
    paces = keep_up(weights, ours, teachers)
    assert paces == pytest.approx({"en-A_woman": 1 / 1.1, "en-B_man": 1.0}, abs=2e-3)
    assert load_acoustic(weights).paces == tuple(paces.values())
    after = load_file(weights)
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    # What was slowed down is recorded slower: nothing is left to be done.
    for number, seconds in enumerate((1.0, 2.0)):
        speak(ours, VOICES[0], number, 1.1 * seconds)
    assert keep_up(weights, ours, teachers) == pytest.approx(paces, abs=2e-3)


def test_a_voice_without_a_teacher_and_one_that_is_broken(weights: Path, tmp_path: Path) -> None:
    ours, teachers = tmp_path / "ours", tmp_path / "teachers"
    for voice in VOICES:
        speak(ours, voice, 0, 1.0)
    speak(teachers, VOICES[0], 0, 1.0)
    with pytest.raises(FileNotFoundError, match="en-B_man: no sentence"):
        keep_up(weights, ours, teachers)
    speak(teachers, VOICES[1], 0, 2.0)
    with pytest.raises(ValueError, match=r"en-B_man takes 0\.50"):
        keep_up(weights, ours, teachers)
    assert load_acoustic(weights).paces == (1.0, 1.0)
