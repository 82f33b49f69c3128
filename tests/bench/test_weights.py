"""What is wrong with weights is said, voice by voice."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.weights import LARGEST, check, of_files, of_speech
from tests.support.small import SMALL, small_acoustic, small_vocoder
from vvstream.acoustic.model import AcousticModel
from vvstream.audio import SAMPLE_RATE
from vvstream.options import VoiceInfo
from vvstream.streaming.weights import save_weights
from vvstream.vocoder.model import Vocoder

VOICES = [asdict(VoiceInfo(f"en-{name}", "en", name[2:])) for name in ("A_woman", "B_man")]


def save(folder: Path, **header: object) -> None:
    """Small models as files; `header` is the acoustic model's beside its sizes and voices."""
    sizes = {"sizes": asdict(SMALL), "voices": VOICES}
    weights = dict(small_acoustic().named_parameters())
    save_weights(folder / "en.safetensors", weights, {**sizes, **header})
    vocoder = small_vocoder()
    save_weights(
        folder / "vocoder.safetensors",
        dict(vocoder.named_parameters()),
        {"sizes": asdict(vocoder.sizes)},
    )


def test_every_voice_is_heard_and_what_is_missing_is_named(tmp_path: Path) -> None:
    save(tmp_path)
    complaints, rows = check(tmp_path)
    assert [row[0] for row in rows] == ["en-A_woman", "en-B_man"]
    for complaint in ("vocoder: no exits", "en: no exits", "en: 0 medians of 2", "en: no gains"):
        assert sum(one.startswith(complaint) for one in complaints) == 1


def test_what_a_header_has_is_not_missed(tmp_path: Path) -> None:
    medians = replace(SMALL, exits=(1, 2), neutral=((0.0, 0.0), (0.1, 0.1)))
    save(tmp_path, sizes=asdict(medians), gains_db=[0.0, 1.5])
    complaints, rows = check(tmp_path)
    assert not [one for one in complaints if one.startswith("en:")]
    assert [row[2] for row in rows] == ["+0.0", "+1.5"]


@pytest.mark.parametrize("model", ["en", "vocoder"])
def test_numbers_must_be_finite(tmp_path: Path, model: str) -> None:
    save(tmp_path)
    small = AcousticModel(SMALL) if model == "en" else Vocoder(small_vocoder().sizes)
    weights: dict[str, torch.Tensor] = dict(small.named_parameters())
    name = next(iter(weights))
    weights[name] = torch.full_like(weights[name], float("nan"))
    save_weights(tmp_path / f"{model}.safetensors", weights, {})
    assert list(of_files(tmp_path)) == [f"{model}: not finite: {name}"]


def test_a_file_may_be_too_large(tmp_path: Path) -> None:
    save_weights(tmp_path / "ja.safetensors", {"a": torch.zeros(LARGEST * 500_000)}, {})
    (complaint,) = of_files(tmp_path)
    assert complaint.startswith(f"ja: {LARGEST}.0 MB, {LARGEST} at most")


def test_speech_is_neither_loud_nor_slow() -> None:
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    sine = 0.1 * np.sin(2 * np.pi * 997 * at)
    assert list(of_speech("v", 30, sine)) == []
    assert list(of_speech("v", 5, sine)) == ["v: 2.5 symbols a second"]
    loud, high = of_speech("v", 30, 10 * sine)
    assert loud.startswith("v: -3.")
    assert high == "v: peak 0.0 dBFS"
