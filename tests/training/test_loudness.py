"""Voices are measured, and their gains end up in the header and nowhere else."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from bench.recordings import write
from tests.training.conftest import VOICES
from training.loudness import level
from vvstream.acoustic.weights import load_acoustic
from vvstream.audio import PCM_PEAK, SAMPLE_RATE


def speak(folder: Path, voice: str, height: float) -> None:
    """A second of a sine whose loudness is known: -3.01 LUFS at full scale."""
    at = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    sine = height * PCM_PEAK * np.sin(2 * np.pi * 997 * at)
    write(folder, voice, 0, "", sine.astype("<i2").tobytes())


def test_a_voice_is_raised_to_what_all_have(weights: Path, tmp_path: Path) -> None:
    before = load_file(weights)
    for voice, height in zip(VOICES, (0.1, 0.05), strict=True):
        speak(tmp_path, voice, height)
    gains = level(weights, tmp_path)
    assert gains == pytest.approx({"en-A_woman": 0.0, "en-B_man": 6.0}, abs=0.25)
    loaded = load_acoustic(weights)
    assert loaded.gains[1] == pytest.approx(2, rel=0.05)
    after = load_file(weights)
    assert all(torch.equal(after[name], weight) for name, weight in before.items())
    # What was raised is recorded louder: nothing is left to be done.
    speak(tmp_path, VOICES[1], 0.1)
    assert level(weights, tmp_path) == pytest.approx(gains, abs=0.2)


def test_a_voice_without_recordings_and_one_that_is_broken(weights: Path, tmp_path: Path) -> None:
    speak(tmp_path, VOICES[0], 0.1)
    with pytest.raises(FileNotFoundError, match="no recordings of en-B_man"):
        level(weights, tmp_path)
    speak(tmp_path, VOICES[1], 0.001)
    with pytest.raises(ValueError, match="en-B_man has -"):
        level(weights, tmp_path)
    assert load_acoustic(weights).gains == (1.0, 1.0)
