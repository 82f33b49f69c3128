"""The acoustic model of one language and its voices, from a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vvstream.acoustic.model import AcousticModel, AcousticSizes
from vvstream.errors import ConfigError
from vvstream.options import ACCENTS, VoiceInfo
from vvstream.streaming.weights import fill, read_header


@dataclass(frozen=True, slots=True)
class LoadedAcoustic:
    model: AcousticModel
    voices: tuple[VoiceInfo, ...]  # in the order of the model's voice embedding
    gains: tuple[float, ...]  # by which each is as loud as the others: ratios of amplitudes
    paces: tuple[float, ...]  # at which each speaks as fast as it should: ratios of speed


def load_acoustic(path: Path) -> LoadedAcoustic:
    """Raises ConfigError if the file is not an acoustic model."""
    header = read_header(path)
    try:
        sizes = dict(header["sizes"])
        sizes["lookaheads"] = tuple(sizes["lookaheads"])
        sizes["exits"] = tuple(sizes.get("exits", ()))
        sizes["neutral"] = tuple((pitch, energy) for pitch, energy in sizes.get("neutral", ()))
        model = AcousticModel(AcousticSizes(**sizes))
        voices = tuple(VoiceInfo(**voice) for voice in header["voices"])
        decibels = header.get("gains_db", [0.0] * len(voices))
        gains = tuple(10 ** (float(gain) / 20) for gain in decibels)
        paces = tuple(map(float, header.get("paces", [1.0] * len(voices))))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: not an acoustic model: {error}") from error
    for voice in voices:
        if voice.accent not in ACCENTS:
            wrong = f"{voice.name} has accent {voice.accent!r}"
            raise ConfigError(f"{path}: {wrong}, not one of {ACCENTS}")
    for key, values in (("gains_db", gains), ("paces", paces)):
        if len(values) != len(voices):
            raise ConfigError(f"{path}: {len(values)} {key} for {len(voices)} voices")
    fill(model, path)
    return LoadedAcoustic(model.eval().requires_grad_(False), voices, gains, paces)
