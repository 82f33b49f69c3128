"""Small weights of two voices, as they ship."""

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.support.small import SMALL, small_acoustic
from vvstream.options import VoiceInfo
from vvstream.streaming.weights import save_weights

VOICES = ("en-A_woman", "en-B_man")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "en.safetensors"
    voices = [asdict(VoiceInfo(name, "en", name.rpartition("_")[2])) for name in VOICES]
    header = {"sizes": asdict(SMALL), "voices": voices, "steps": 7}
    save_weights(path, dict(small_acoustic().named_parameters()), header)
    return path
