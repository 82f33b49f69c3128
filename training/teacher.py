"""Kokoro-82M as a teacher: phonemes and a style in; sound, durations, F0 and energy out.

The float torch model of PyPI `kokoro==0.9.4`, from a folder written by `training.teacher_pack`;
nothing is downloaded here. Needs torch, transformers (its ALBERT), numpy and safetensors. Two
things differ from the package, neither of them audible:

* F0 is rounded to float16 before anything uses it, so that the F0 stored with a corpus is exactly
  the one that was spoken.
* The harmonic source is computed in float64 and its phase advances in voiced frames only (the
  package adds up the meaningless F0 of unvoiced frames too). So the phase is a function of the
  stored F0 alone, and a student's source can be locked to it:

    c[i]     = sum_{j<=i} f0[j] * (f0[j] > 10) / 80   cycles, at the centre of frame i (80 Hz)
    phase(t) = c interpolated linearly between the frames' centres, constant outside them;
               sample t of 24 kHz is at frame (t + 0.5) / 300 - 0.5
    source   = 0.1 * sin(2 pi k phase), k = 1..9, in voiced frames, and noise of standard deviation
               0.003 (voiced) or 0.1 / 3 (unvoiced), which is all that is random
"""

from __future__ import annotations

import importlib
import json
import lzma
import math
import sys
import types
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.numpy import load
from safetensors.torch import load_file
from torch import Tensor, nn

from training.teacher_pack import SOURCES

SAMPLE_RATE: Final = 24_000
FRAME: Final = 300  # samples of 24 kHz in a frame of F0 and energy (80 Hz)
FRAMES_PER_UNIT: Final = 2  # a unit of duration is 25 ms
VOICED_ABOVE: Final = 10.0  # Hz
_AMPLITUDE: Final = 0.1
_NOISE_VOICED: Final = 0.003


@dataclass(frozen=True, slots=True)
class Speech:
    """One utterance. T = symbols + 2 boundaries, F = 80 Hz frames."""

    audio: Tensor  # float[F * 300], 24 kHz
    durations: Tensor  # float[T], units of 25 ms before rounding
    units: Tensor  # long[T], what was spoken: round, at least 1; sum * 2 = F
    f0: Tensor  # float[F], Hz, exactly representable in float16; above 10 where voiced
    energy: Tensor  # float[F], the model's own scale


class LockedSource(nn.Module):
    """The harmonic source with a phase that depends on F0 alone; stands in for the package's
    SineGen.
    """

    def __init__(self, harmonics: int) -> None:
        super().__init__()
        self.harmonics = harmonics

    def forward(self, f0: Tensor) -> tuple[Tensor, Tensor, None]:
        """f0: float[1, F * 300, 1], constant within a frame -> sines float[1, F * 300,
        harmonics], voiced float[1, F * 300, 1].
        """
        frames = f0[0, ::FRAME, 0].double()
        voiced = (f0 > VOICED_ABOVE).to(f0.dtype)
        cycles = torch.cumsum(frames * (frames > VOICED_ABOVE), 0) / (SAMPLE_RATE / FRAME)
        phase = nn.functional.interpolate(
            cycles[None, None], scale_factor=float(FRAME), mode="linear"
        )[0, 0]
        k = torch.arange(1, self.harmonics + 1, device=f0.device, dtype=torch.float64)
        sines = torch.sin(2 * math.pi * ((phase[:, None] * k) % 1)).to(f0.dtype)[None] * _AMPLITUDE
        noise = voiced * _NOISE_VOICED + (1 - voiced) * _AMPLITUDE / 3
        return sines * voiced + noise * torch.randn_like(sines), voiced, None


def _sources(folder: Path) -> tuple[Any, Any]:
    """The package's modules `modules` and `istftnet`, imported out of the wheel without running its
    `__init__`,
    which would import front ends that are not wanted here."""
    package = types.ModuleType("kokoro")
    package.__path__ = [str(folder / SOURCES / "kokoro")]
    sys.modules["kokoro"] = package
    return importlib.import_module("kokoro.modules"), importlib.import_module("kokoro.istftnet")


class Teacher(nn.Module):
    """The model of one folder, with random weights until `load_teacher` fills it. Not for
    training: always in evaluation mode.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AlbertConfig

        modules, istftnet = _sources(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.symbols: dict[str, int] = config["vocab"]
        hidden, style = config["hidden_dim"], config["style_dim"]
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of deprecated weight norms and of dropout in LSTMs of one layer
            self.bert = modules.CustomAlbert(
                AlbertConfig(vocab_size=config["n_token"], **config["plbert"])
            )
            self.bert_encoder = nn.Linear(self.bert.config.hidden_size, hidden)
            self.predictor = modules.ProsodyPredictor(
                style_dim=style,
                d_hid=hidden,
                nlayers=config["n_layer"],
                max_dur=config["max_dur"],
                dropout=config["dropout"],
            )
            self.text_encoder = modules.TextEncoder(
                channels=hidden,
                kernel_size=config["text_encoder_kernel_size"],
                depth=config["n_layer"],
                n_symbols=config["n_token"],
            )
            self.decoder = istftnet.Decoder(
                dim_in=hidden, style_dim=style, dim_out=config["n_mels"], **config["istftnet"]
            )
            for module in self.modules():  # the graph holds the product of a weight norm's parts
                if hasattr(module, "weight_g"):
                    nn.utils.remove_weight_norm(module)
        source = self.decoder.generator.m_source
        source.l_sin_gen = LockedSource(source.l_linear.in_features)
        self.eval().requires_grad_(False)

    def encode(self, phonemes: str) -> list[int]:
        """Ids of the symbols of `phonemes`, without boundaries.

        Raises:
            KeyError: a symbol that is not in the teacher's table.
        """
        return [self.symbols[symbol] for symbol in phonemes]

    @torch.inference_mode()
    def forward(self, ids: Sequence[int], style: Tensor, speed: float = 1.0) -> Speech:
        """Speak the symbols `ids` (at most 510, without boundaries) in `style`, float[256] on
        the model's device.
        """
        device = style.device
        tokens = torch.tensor([[0, *ids, 0]], device=device)
        count = tokens.shape[1]
        lengths, mask = torch.tensor([count]), torch.zeros_like(tokens, dtype=torch.bool)
        sound, manner = style[None, :128], style[None, 128:]
        context = self.bert_encoder(self.bert(tokens, attention_mask=(~mask).int())).transpose(1, 2)
        text = self.predictor.text_encoder(context, manner, lengths, mask)
        durations = (
            torch.sigmoid(self.predictor.duration_proj(self.predictor.lstm(text)[0])).sum(-1)[0]
            / speed
        )
        units = durations.round().clamp(min=1).long()
        place = torch.repeat_interleave(torch.arange(count, device=device), units)
        f0, energy = self.predictor.F0Ntrain(text.transpose(1, 2)[:, :, place], manner)
        f0 = f0.half().float()
        heard = self.text_encoder(tokens, lengths, mask)[:, :, place]
        audio = self.decoder(heard, f0, energy, sound)
        return Speech(audio.flatten(), durations, units, f0[0], energy[0])


def load_teacher(folder: Path, device: str = "cpu") -> Teacher:
    """The teacher of a folder written by `training.teacher_pack`, on `device`; takes about five
    seconds.

    Raises:
        RuntimeError: the folder's weights are not those of the model.
    """
    packed = load(lzma.decompress((folder / "weights.safetensors.xz").read_bytes()))
    state: dict[str, Tensor] = {}
    for name, value in packed.items():
        base, _, part = name.partition(":")
        if part == "q":
            scale, zero = packed[f"{base}:scale"], packed[f"{base}:zero"].astype(np.float32)
            state[base] = torch.from_numpy((value.astype(np.float32) - zero) * scale)
        elif not part:
            state[name] = torch.from_numpy(value.astype(np.float32))
    teacher = Teacher(folder)
    expected = {
        name
        for name, _ in teacher.named_parameters()
        if ".norm." not in name and ".pooler." not in name
    }
    if expected != set(state):
        raise RuntimeError(
            f"{folder}: weights do not fit the model: {sorted(expected ^ set(state))[:5]}"
        )
    teacher.load_state_dict(state, strict=False)
    return teacher.to(device)


def load_styles(folder: Path) -> dict[str, Tensor]:
    """Voice -> float[510, 256]; the row for an utterance of n symbols is n - 1, or one row for
    all.
    """
    return {name: rows.float() for name, rows in load_file(folder / "voices.safetensors").items()}
