"""The vocoder and its parts: streamed equals whole, exact pitch, noise by number."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from tests.support.cuts import CUTS, pieces
from tests.support.small import small_vocoder
from vvstream.acoustic.decoder import pitch_of
from vvstream.audio import HOP, SAMPLE_RATE
from vvstream.errors import ConfigError
from vvstream.streaming.weights import save_weights
from vvstream.vocoder.model import VocoderSizes
from vvstream.vocoder.source import CYCLE, advance_of, noise, pulses
from vvstream.vocoder.spectrum import OVERLAP, STRIDE, WINDOW, analyse, overlap_add
from vvstream.vocoder.weights import load_vocoder


def inputs(frames: int) -> tuple[Tensor, Tensor]:
    torch.manual_seed(5)
    f0 = 100 + 100 * torch.rand(2, frames)
    voiced = (torch.rand(2, frames) > 0.3).float()
    return torch.randn(2, frames, 80) * 2 - 6, torch.stack((f0 * voiced, voiced), -1)


@settings(max_examples=25)
@given(cuts=CUTS)
@torch.inference_mode()
def test_streamed_equals_whole(cuts: list[int]) -> None:
    vocoder, seed = small_vocoder(), torch.tensor([1, 99])
    mel, pitch = inputs(60)
    whole = vocoder(mel, pitch, seed)
    assert whole.shape == (2, 58 * HOP)
    state = vocoder.prime(mel[:, :2], pitch[:, :2], vocoder.init(2, seed))
    parts = []
    for piece in pieces(2, 60, cuts):
        samples, state = vocoder.step(mel[:, piece], pitch[:, piece], state)
        parts.append(samples)
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=1e-4, rtol=0)
    assert whole.std() > 1e-3


@torch.inference_mode()
def test_a_cut_begins_with_the_phase_that_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training speaks cuts of utterances; past what the network sees of the cut they are the same.

    But for the noise, which is numbered from the cut on.
    """
    silence = "vvstream.vocoder.model.noise", lambda seed, _, count: torch.zeros(len(seed), count)
    monkeypatch.setattr(*silence)
    vocoder, seed = small_vocoder(), torch.tensor([1, 99])
    mel, _ = inputs(60)
    pitch = torch.stack((torch.full((2, 60), 130.0), torch.ones(2, 60)), -1)
    start, seen = 20, 20
    cycles = torch.full((2,), (start + 1) * 130.0 * HOP / SAMPLE_RATE % 1.0)
    cut = vocoder(mel[:, start:], pitch[:, start:], seed, cycles)[:, seen * HOP :]
    whole = vocoder(mel, pitch, seed)[:, (start + seen) * HOP :]
    torch.testing.assert_close(cut, whole, atol=1e-3, rtol=0)
    elsewhere = vocoder(mel[:, start:], pitch[:, start:], seed)[:, seen * HOP :]
    assert (elsewhere - whole).abs().max() > 0.1


@given(f0=st.floats(60, 400))
def test_pulses_have_the_pitch_that_was_asked_for(f0: float) -> None:
    frames = 160
    train, _ = pulses(
        torch.full((1, frames + 2), f0), torch.ones(1, frames + 2), torch.zeros(1, dtype=torch.long)
    )
    peaks = np.flatnonzero(train[0].numpy() > 0.6 * train[0].max().item())
    periods = np.count_nonzero(np.diff(peaks) > 3) + 1
    assert abs(periods - f0 * frames * HOP / SAMPLE_RATE) <= 1.5
    assert abs(train.square().mean().item() - 1) < 0.1


def test_pulses_hold_every_harmonic_alike_and_none_beyond() -> None:
    frames = 80
    train, _ = pulses(
        torch.full((1, frames + 2), 200.0),
        torch.ones(1, frames + 2),
        torch.zeros(1, dtype=torch.long),
    )
    spectrum = torch.fft.rfft(train[0, :SAMPLE_RATE]).abs() / SAMPLE_RATE
    harmonics = spectrum[200:7801:200]
    assert harmonics.min() > 0.99 * harmonics.max()
    assert spectrum[7850:].max() < 0.01 * harmonics.max()


@given(cuts=CUTS)
def test_a_phase_is_exact_however_it_was_cut(cuts: list[int]) -> None:
    torch.manual_seed(7)
    f0 = 100 + 200 * torch.rand(2, 302)
    phase = torch.tensor([0, 5_000])
    exact = (phase + advance_of(f0[:, 1:-1]).sum(1)) % CYCLE
    for piece in pieces(0, 300, cuts):
        known = f0[:, piece.start : piece.stop + 2]
        _, phase = pulses(known, torch.ones_like(known), phase)
    assert torch.equal(phase, exact)


def test_unvoiced_frames_have_no_pulses() -> None:
    train, phase = pulses(torch.zeros(1, 10), torch.zeros(1, 10), torch.tensor([1536]))
    assert not train.any()
    assert phase.item() == 1536


@given(seed=st.integers(0, 2**32 - 1), first=st.integers(0, 2**40), cut=st.integers(0, 64))
def test_noise_depends_on_its_number_and_seed_alone(seed: int, first: int, cut: int) -> None:
    seeds = torch.tensor([seed])
    whole = noise(seeds, torch.tensor([first]), 64)
    before = noise(seeds, torch.tensor([first]), cut)
    after = noise(seeds, torch.tensor([first + cut]), 64 - cut)
    assert torch.equal(whole, torch.cat((before, after), 1))


def test_noise_is_white() -> None:
    samples = noise(torch.tensor([0, 1]), torch.zeros(2, dtype=torch.long), 1 << 16)
    assert abs(samples.mean()) < 0.01
    assert abs(samples.var() - 1) < 0.01
    for left, right in ((samples[0, :-1], samples[0, 1:]), (samples[0], samples[1])):
        assert abs((left * right).mean()) < 0.02


@given(cuts=CUTS)
def test_analysis_and_synthesis_give_back_the_sound(cuts: list[int]) -> None:
    torch.manual_seed(6)
    window = torch.hann_window(WINDOW)
    sound = torch.randn(1, OVERLAP + 30 * STRIDE)
    spectrum = analyse(sound, window)
    tail = torch.zeros(1, OVERLAP)
    parts = []
    for piece in pieces(0, spectrum.shape[1], cuts):
        samples, tail = overlap_add(spectrum[:, piece], window, tail)
        parts.append(samples)
    rebuilt = torch.cat(parts, 1)
    torch.testing.assert_close(
        rebuilt[:, OVERLAP:], sound[:, OVERLAP : 30 * STRIDE], atol=1e-5, rtol=0
    )


def test_pitch_is_in_hertz_and_zero_where_unvoiced() -> None:
    pitch = pitch_of(torch.tensor([[[0.0, 1.0, 0.0], [0.5, 0.0, 0.0]]]))
    assert pitch[0, 0].tolist() == pytest.approx([148.41, 1.0], abs=0.01)
    assert pitch[0, 1].tolist() == [0.0, 0.0]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "vocoder.safetensors"
    weights = dict(small_vocoder().named_parameters())
    save_weights(path, weights, {"sizes": asdict(small_vocoder().sizes)})
    loaded = load_vocoder(path)
    assert loaded.sizes == VocoderSizes(channels=24, blocks=2)
    mel, pitch = inputs(12)
    seed = torch.tensor([0, 1])
    with torch.inference_mode():
        difference = loaded(mel, pitch, seed) - small_vocoder()(mel, pitch, seed)
    assert difference.abs().max() < 0.02
    save_weights(path, weights, {})
    with pytest.raises(ConfigError, match="not a vocoder"):
        load_vocoder(path)
