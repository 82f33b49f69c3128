"""Small models with random weights: the real architecture at a size that a test can afford."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import torch

from vvstream.acoustic.model import AcousticModel, AcousticSizes
from vvstream.engine.stages import Stages
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


def small_stages() -> Stages:
    return Stages(small_acoustic(), small_vocoder(), torch.device("cpu"))


def exact_stages() -> Stages:
    """In float64: pitch errors, however small, add up in the phase, and hide what is wrong."""
    return Stages(
        deepcopy(small_acoustic()).double(), deepcopy(small_vocoder()).double(), torch.device("cpu")
    )
