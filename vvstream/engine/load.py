"""The engine as the configuration wants it, with the weights that ship in the package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from vvstream.acoustic.weights import LoadedAcoustic, load_acoustic
from vvstream.config import Config
from vvstream.engine import cuda
from vvstream.engine.gauge import Gauge, HostGauge
from vvstream.engine.placement import Places, places
from vvstream.engine.precision import suit
from vvstream.engine.runner import HostRunner, Runner
from vvstream.engine.scheduler import Share
from vvstream.engine.service import PATCH_SECONDS, Limits, SpeechEngine
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Acoustic, Sound
from vvstream.engine.tick import Ticker
from vvstream.engine.track import GROWTH
from vvstream.errors import ConfigError
from vvstream.options import VoiceInfo
from vvstream.vocoder.weights import load_vocoder

WEIGHTS = Path(__file__).parent.parent / "weights"
# A push of 32 frames reads every weight an eighth as often as eight of 4, and costs a sixth of
# Python's time. Beside a GPU there is too little of that, and a push of 64 takes as much as one of
# 32.
LARGEST_PUSH = {"cpu": 8, "cuda": 16}
# Each size of push is a group of its own in every tick, which takes a GPU a millisecond, and Python
# half of one, however few are in it; and a newcomer costs what the pushes do that it begins with.
# So there they are few and grow faster: one of 64 frames is made in a tenth of what those before it
# last.
GROWTHS = {"cpu": GROWTH, "cuda": (1, 1, 4)}
# Rows of one step, and what one tick serves. On a CPU 256 frames, three seconds of sound, use its
# arithmetic to the full and take some 50 ms: so long, at most, a newcomer waits for the others.
LARGEST_BATCH = {"cpu": 16, "cuda": 256}
SHARES = {"cpu": Share(16, 256), "cuda": Share(512, 256 * 64, alike=False)}
# Ticks side by side on a CPU that has the cores. On two, a third thread carries no more listeners.
CREW = 2
# On a CPU a push for one costs 1.4 times what it costs for each of four: who has enough to play
# waits so long for others.
COMPANY_SECONDS = 0.1
GRAPH_BYTES = 4 << 30  # of a GPU, for the graphs of one network
GRAPH_SHARE = 4  # or this part of what there is, if that is less
SLOT_SHARE = 0.25  # of what the weights leave of a GPU
STEP_SHARE = 0.3  # of the same: for what steps compute with, recorded or not
STEP_BYTES = 8 << 20  # that a row takes, in the largest steps of both stages


@dataclass(frozen=True, slots=True)
class Parts:
    """What an engine is made of."""

    ticker: Ticker
    voices: dict[str, tuple[VoiceInfo, ...]]
    limits: Limits
    gauge: Gauge
    crew: int


def load(config: Config, device: str, weights: Path = WEIGHTS) -> SpeechEngine:
    """Raises ConfigError for a device or a language that is not there."""
    parts = assemble(config, device, weights)
    return SpeechEngine(parts.ticker, parts.voices, parts.limits, parts.gauge, parts.crew)


def assemble(config: Config, device: str, weights: Path = WEIGHTS) -> Parts:
    """The engine without its threads. Raises ConfigError."""
    where = places(config, device)
    threads = config.engine.threads or min(CREW, len(os.sched_getaffinity(0)))
    crew = threads if where.gpu is None else 1
    # Where a GPU computes all, what is left of it is copies.
    torch.set_num_threads(threads // crew if where.cpu else 1)
    spoken = {language: _language(weights, language, config) for language in config.languages}
    vocoder = load_vocoder(weights / "vocoder.safetensors")
    models = [loaded.model for loaded in spoken.values()]
    mixed = config.engine.precision == "mixed"
    suit(models, vocoder, where, mixed=mixed)
    for model in models:
        model.to(where.acoustic)
    vocoder.to(where.vocoder)
    slots, gauge = config.engine.slots, _gauge(where, config)
    # Who has left keeps its rows until its tick is over.
    rows = slots if crew == 1 else 2 * slots
    # The networks are on streams of their own, also of one device: each computes for another tick.
    runner, decoding = (_runner(where.acoustic, gauge, slots) for _ in range(2))
    sound = Sound(vocoder, _runner(where.vocoder, gauge, slots), rows)
    stages = {
        language: Acoustic(loaded.model, runner, rows, loaded.gains, loaded.paces, decoding)
        for language, loaded in spoken.items()
    }
    kind = "cpu" if where.gpu is None else "cuda"
    ticker = Ticker(stages, sound, LARGEST_PUSH[kind], GROWTHS[kind])
    if where.gpu is not None:
        a_row = max(
            _on(where.acoustic, stage.slots) + _on(where.vocoder, sound.slots)
            for stage in stages.values()
        )
        slots = min(slots, affordable(gauge.limit() - gauge.used(), a_row))
    limits = Limits(
        slots=slots,
        share=SHARES[kind],
        queue_seconds=config.engine.queue_chunks * PATCH_SECONDS,
        company_seconds=COMPANY_SECONDS if where.gpu is None else 0.0,
    )
    voices = {language: loaded.voices for language, loaded in spoken.items()}
    return Parts(ticker, voices, limits, gauge, crew)


def _language(weights: Path, language: str, config: Config) -> LoadedAcoustic:
    path = weights / f"{language}.safetensors"
    if not path.exists():
        known = sorted(p.stem for p in weights.glob("*.safetensors") if p.stem != "vocoder")
        wanted = ", ".join(config.languages)
        raise ConfigError(f"languages: expected some of {', '.join(known)}, got {wanted}")
    return load_acoustic(path)


def _gauge(where: Places, config: Config) -> Gauge:
    if where.gpu is None:
        return HostGauge()
    if limit := config.engine.vram_limit_mb << 20:
        cuda.limit_memory(where.gpu, limit)
    return cuda.CudaGauge(where.gpu, limit)


def _runner(device: torch.device, gauge: Gauge, slots: int) -> Runner:
    if device.type == "cpu":
        return HostRunner(LARGEST_BATCH["cpu"])
    largest = largest_batch(gauge.limit() - gauge.used(), slots)
    return cuda.CudaRunner(device, largest, min(GRAPH_BYTES, gauge.limit() // GRAPH_SHARE))


def _on(device: torch.device, slots: Slots) -> int:
    """Bytes that a slot takes of the GPU."""
    return 0 if device.type == "cpu" else slots.bytes_a_row


def largest_batch(free: int, slots: int) -> int:
    """Rows of one step on a GPU with so many free bytes: a power of two, and no more than half of
    those who speak: they are never all due for a large push at once."""
    wanted = min(LARGEST_BATCH["cuda"], max(1, 1 << (slots - 1).bit_length() >> 1))
    fitting = max(1, round(free * STEP_SHARE) // STEP_BYTES)
    return min(wanted, 1 << (fitting.bit_length() - 1))


def affordable(free: int, a_row: int) -> int:
    """How many slots fit into so many free bytes of a GPU; at least one, or nobody could speak.

    A part goes to graphs and to what a step computes with; and while the slots grow from half of
    them to all, both the old and the new rows are there.
    """
    return max(1, round(free * SLOT_SHARE / (1.5 * a_row)))
