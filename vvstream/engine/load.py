"""The engine as the configuration wants it, with the weights that ship in the package."""

from __future__ import annotations

from pathlib import Path

import torch

from vvstream.acoustic.model import AcousticModel
from vvstream.acoustic.weights import load_acoustic
from vvstream.config import Config
from vvstream.engine.cuda import pick_device
from vvstream.engine.service import PATCH_SECONDS, Limits, SpeechEngine
from vvstream.engine.stages import Stages
from vvstream.errors import ConfigError
from vvstream.streaming.precision import halve, lower
from vvstream.vocoder.model import Vocoder
from vvstream.vocoder.weights import load_vocoder

WEIGHTS = Path(__file__).parent.parent / "weights"
# A push of 32 frames reads every weight an eighth as often as eight of 4; a GPU is better off with
# many listeners in small steps.
LARGEST_PUSH = {"cpu": 8, "cuda": 1}
LARGEST_BATCH = {"cpu": 16, "cuda": 4096}


def load(config: Config, device: str, weights: Path = WEIGHTS) -> SpeechEngine:
    """Raises ConfigError for a device or a language that is not there."""
    where = pick_device(device)
    torch.set_num_threads(config.engine.threads)
    language, *more = config.languages
    path = weights / f"{language}.safetensors"
    if more or not path.exists():
        known = sorted(p.stem for p in weights.glob("*.safetensors") if p.stem != "vocoder")
        wanted = ", ".join(config.languages)
        raise ConfigError(f"languages: expected one of {', '.join(known)}, got {wanted}")
    acoustic = load_acoustic(path)
    vocoder = load_vocoder(weights / "vocoder.safetensors")
    if config.engine.precision == "mixed":
        mix(acoustic.model, vocoder, where)
    stages = Stages(acoustic.model.to(where), vocoder.to(where), where)
    limits = Limits(
        slots=config.engine.slots,
        batch=LARGEST_BATCH[where.type],
        queue_seconds=config.engine.queue_chunks * PATCH_SECONDS,
        largest=LARGEST_PUSH[where.type],
    )
    return SpeechEngine(stages, acoustic.voices, limits)


def mix(acoustic: AcousticModel, vocoder: Vocoder, device: torch.device) -> None:
    """Half-precision matrices: exact ones on a CPU; on a GPU all but those that give phases."""
    if device.type == "cpu":
        halve(acoustic)
        halve(vocoder)
        return
    for part in (
        acoustic.encoder.blocks,
        acoustic.decoder.prosody_stack,
        acoustic.decoder.mel_stack,
        vocoder.stack,
    ):
        lower(part, torch.float16)
