"""Small models with random weights: the real architecture at a size that a test can afford."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import torch

from vvstream.acoustic.model import AcousticModel, AcousticSizes
from vvstream.engine.placement import Places
from vvstream.engine.precision import suit
from vvstream.engine.runner import HostRunner
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Ticker
from vvstream.vocoder.model import Vocoder, VocoderSizes

SMALL = AcousticSizes(
    voices=2,
    channels=24,
    heads=2,
    window=16,
    lookaheads=(3, 2, 0),
    prosody_channels=16,
    prosody_blocks=2,
    mel_channels=16,
    mel_blocks=2,
)


@cache
def small_acoustic() -> AcousticModel:
    torch.manual_seed(3)
    model = AcousticModel(SMALL).eval().requires_grad_(False)
    # About 100 ms a unit, all frames voiced: random weights that sound.
    model.encoder.duration[2].bias.fill_(1.4)  # type: ignore[operator]
    model.decoder.prosody_head.bias[1] = 5.0
    return model


@cache
def small_vocoder() -> Vocoder:
    torch.manual_seed(4)
    return Vocoder(VocoderSizes(channels=24, blocks=2)).eval().requires_grad_(False)


def ticker_of(
    acoustic: AcousticModel, vocoder: Vocoder, slots: int = 64, largest: int = 1
) -> Ticker:
    """Both stages on this CPU; `largest` is the largest push, in patches."""
    runner = HostRunner(16)
    return Ticker(
        {"en": Acoustic(acoustic, runner, slots)}, Sound(vocoder, runner, slots), largest
    )


def small_ticker(largest: int = 1, slots: int = 64) -> Ticker:
    return ticker_of(small_acoustic(), small_vocoder(), slots, largest)


@cache
def clocked_models() -> tuple[AcousticModel, Vocoder]:
    """In float32 as a CPU runs them: what decides times is the same for any batch and any cut."""
    acoustic, vocoder = deepcopy(small_acoustic()), deepcopy(small_vocoder())
    cpu = torch.device("cpu")
    suit([acoustic], vocoder, Places(cpu, cpu), mixed=False)
    return acoustic, vocoder


def clocked_ticker(largest: int = 1, slots: int = 64) -> Ticker:
    return ticker_of(*clocked_models(), slots, largest)


@cache
def exact_models() -> tuple[AcousticModel, Vocoder]:
    """In float64: pitch errors, however small, add up in the phase, and hide what is wrong."""
    return deepcopy(small_acoustic()).double(), deepcopy(small_vocoder()).double()


def exact_ticker(largest: int = 1, slots: int = 64) -> Ticker:
    return ticker_of(*exact_models(), slots, largest)
