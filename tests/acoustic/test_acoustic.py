"""Encoder and decoder: streamed equals whole, and what is stored is what was trained."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings

from tests.support.cuts import CUTS, pieces
from tests.support.small import SMALL, small_acoustic
from vvstream.acoustic.decoder import place_features, settle
from vvstream.acoustic.encoder import TextEncoder
from vvstream.acoustic.expression import Expression, expression
from vvstream.acoustic.model import AcousticModel
from vvstream.acoustic.weights import load_acoustic
from vvstream.errors import ConfigError
from vvstream.options import VoiceInfo
from vvstream.streaming.depth import Depth
from vvstream.streaming.weights import save_weights


@settings(max_examples=25)
@given(cuts=CUTS)
@torch.inference_mode()
def test_encoder_streamed_equals_whole(cuts: list[int]) -> None:
    encoder = small_acoustic().encoder
    units, voices = torch.randint(0, SMALL.units, (2, 60)), torch.tensor([0, 1])
    encoding, durations = encoder(units, voices)
    state = encoder.prime(units[:, : encoder.lookahead], voices, encoder.init(2))
    parts = []
    for piece in pieces(encoder.lookahead, 60, cuts):
        some, log_durations, state = encoder.step(units[:, piece], voices, state)
        parts.append((some, log_durations))
    torch.testing.assert_close(torch.cat([p[0] for p in parts], 1), encoding, atol=1e-4, rtol=0)
    torch.testing.assert_close(torch.cat([p[1] for p in parts], 1), durations, atol=1e-4, rtol=0)


NEUTRAL = ((0.3, -0.2), (-0.4, 0.1))
CPU = torch.device("cpu")
STYLES: dict[str, tuple[Expression | None, Depth | None]] = {
    "as learned": (None, None),
    "livelier, and one row shallower": (
        expression(NEUTRAL, (0, 1), (3.0, 0.5), CPU),
        Depth.of((1, 2), CPU),
    ),
}


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=25)
@given(cuts=CUTS)
@torch.inference_mode()
def test_decoder_streamed_equals_whole(style: str, cuts: list[int]) -> None:
    decoder = small_acoustic().decoder
    manner, depth = STYLES[style]
    torch.manual_seed(1)
    frames = torch.randn(2, 50, SMALL.channels)
    mel, prosody = decoder(frames, manner, depth)
    state = decoder.prime(frames[:, : decoder.lookahead], decoder.init(2), manner)
    parts = []
    for piece in pieces(decoder.lookahead, 50, cuts):
        some, its_prosody, state = decoder.step(
            frames[:, piece], state, expression=manner, depth=depth
        )
        parts.append((some, its_prosody))
    torch.testing.assert_close(torch.cat([p[0] for p in parts], 1), mel, atol=1e-4, rtol=0)
    torch.testing.assert_close(torch.cat([p[1] for p in parts], 1), prosody, atol=1e-4, rtol=0)


@torch.inference_mode()
def test_every_block_may_look_ahead() -> None:
    torch.manual_seed(2)
    encoder = TextEncoder(20, 1, 8, 2, 6, (2, 3)).eval()
    units, voices = torch.randint(0, 20, (1, 30)), torch.tensor([0])
    state = encoder.prime(units[:, :5], voices, encoder.init(1))
    encoding, _, _ = encoder.step(units[:, 5:], voices, state)
    torch.testing.assert_close(encoding, encoder(units, voices)[0], atol=1e-5, rtol=0)


def test_unvoiced_frames_have_no_pitch() -> None:
    settled = settle(torch.tensor([[[0.4, 2.0, 0.1], [0.4, -2.0, 0.1]]]))
    assert torch.equal(settled, torch.tensor([[[0.4, 1.0, 0.1], [0.0, 0.0, 0.1]]]))


def test_a_frame_knows_its_place() -> None:
    features = place_features(torch.tensor([0.0, 3.0]), torch.tensor([4.0, 4.0]))
    assert features[0, :2].tolist() == [0.0, 0.75]
    assert features[1, :2].tolist() == [0.75, 0.0]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    model = small_acoustic()
    voices = [VoiceInfo("en-A_woman", "en", "woman"), VoiceInfo("en-B_man", "en", "man", "en-GB")]
    header = {"sizes": asdict(SMALL), "voices": [asdict(voice) for voice in voices]}
    save_weights(tmp_path / "en.safetensors", dict(model.named_parameters()), header)
    loaded = load_acoustic(tmp_path / "en.safetensors")
    assert list(loaded.voices) == voices
    for name, weight in loaded.model.named_parameters():
        torch.testing.assert_close(weight, model.get_parameter(name), atol=2e-3, rtol=1e-3)


def test_accents_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "en.safetensors"
    voice = {"name": "en-A_woman", "language": "en", "gender": "woman"}
    weights = dict(AcousticModel(replace(SMALL, voices=1)).named_parameters())
    sizes = asdict(replace(SMALL, voices=1))
    save_weights(path, weights, {"sizes": sizes, "voices": [voice]})
    assert load_acoustic(path).voices[0].accent == "en-US"
    save_weights(path, weights, {"sizes": sizes, "voices": [{**voice, "accent": "en-XX"}]})
    with pytest.raises(ConfigError, match="en-A_woman has accent 'en-XX'"):
        load_acoustic(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "en.safetensors"
    path.write_bytes(b"not weights")
    with pytest.raises(ConfigError, match="not a weights file"):
        load_acoustic(path)
    with pytest.raises(ConfigError, match="not a weights file"):
        load_acoustic(tmp_path / "missing.safetensors")
    save_weights(path, {"a": torch.zeros(1)}, {"sizes": {"channels": 48}})
    with pytest.raises(ConfigError, match="not an acoustic model"):
        load_acoustic(path)
    save_weights(path, {"a": torch.zeros(1)}, {"sizes": asdict(SMALL), "voices": []})
    with pytest.raises(ConfigError, match="weights differ"):
        load_acoustic(path)
    weights = {name: w[:1] for name, w in AcousticModel(SMALL).named_parameters()}
    save_weights(path, weights, {"sizes": asdict(SMALL), "voices": []})
    with pytest.raises(ConfigError, match="expected"):
        load_acoustic(path)
