"""The engine as the configuration wants it, and what its precision costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import pytest
import torch
from torch import nn

from tests.support.small import SMALL, small_acoustic, small_vocoder
from tests.support.units import decibels_between, samples_of, some_units
from vvstream.acoustic.weights import load_acoustic
from vvstream.config import Config, Language
from vvstream.config import load as load_config
from vvstream.engine import SpeechEngine, load
from vvstream.engine.cuda import pick_device
from vvstream.engine.load import WEIGHTS, mix
from vvstream.engine.pipeline import speak
from vvstream.engine.slots import Slots
from vvstream.engine.stages import Stages
from vvstream.engine.tick import new_job, tick
from vvstream.errors import ConfigError
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.phonemes.inventory import encode
from vvstream.streaming.precision import LowLinear
from vvstream.streaming.weights import save_weights
from vvstream.vocoder.weights import load_vocoder

CPU = torch.device("cpu")
VOICES = [VoiceInfo("en-A_woman", "en", "woman"), VoiceInfo("en-B_man", "en", "man")]
PHRASE = encode("ɡˌʊd mˈɔɹnɪŋ, hˌaʊ ˈɑɹ ju?")
SHIPPED = load_config(Path(__file__).parents[2] / "config/model.yaml", {})


def config(languages: tuple[str, ...] = ("en",), **engine: Any) -> Config:
    english: Language = SHIPPED.languages["en"]
    blocks = dict.fromkeys(languages, english)
    changed = SHIPPED.engine.model_copy(update=engine)
    return SHIPPED.model_copy(update={"engine": changed, "languages": blocks})


@contextmanager
def loaded(wanted: Config, weights: Path) -> Iterator[SpeechEngine]:
    engine = load(wanted, wanted.engine.device, weights)
    try:
        yield engine
    finally:
        anyio.run(engine.close)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """The small models as files."""
    header = {"sizes": asdict(SMALL), "voices": [asdict(voice) for voice in VOICES]}
    save_weights(tmp_path / "en.safetensors", dict(small_acoustic().named_parameters()), header)
    vocoder = small_vocoder()
    save_weights(
        tmp_path / "vocoder.safetensors",
        dict(vocoder.named_parameters()),
        {"sizes": asdict(vocoder.sizes)},
    )
    return tmp_path


@pytest.mark.parametrize("precision", ["fp32", "mixed"])
def test_what_is_loaded_speaks(weights: Path, precision: str) -> None:
    async def hear(engine: SpeechEngine) -> int:
        await engine.warm_up()
        utterance = engine.open(SpeechOptions("en-B_man", 1.0, 1, 1.0, 0))
        utterance.feed(some_units(5))
        utterance.finish()
        return sum([len(chunk.samples) async for chunk in utterance])

    with loaded(config(device="cpu", precision=precision, threads=1), weights) as engine:
        assert engine.voices() == tuple(VOICES)
        assert torch.get_num_threads() == 1
        assert anyio.run(hear, engine) > 1_000


@pytest.mark.parametrize("languages", [("xx",), ("en", "xx")])
def test_a_language_without_weights_is_refused(weights: Path, languages: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=rf"expected one of en, got {', '.join(languages)}"):
        load(config(languages), "cpu", weights)


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="no CUDA GPU is there; use auto or cpu"):
        load(config(), "cuda")
    assert pick_device("auto") == pick_device("cpu") == CPU


def test_a_gpu_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto") == pick_device("cuda") == torch.device("cuda")
    assert pick_device("cpu") == CPU


@cache
def shipped(precision: str) -> Stages:
    """The shipped voice on this CPU, in `fp32` or `mixed`, or as a GPU would multiply: `gpu`."""
    acoustic = load_acoustic(WEIGHTS / "en.safetensors").model
    vocoder = load_vocoder(WEIGHTS / "vocoder.safetensors")
    if precision != "fp32":
        mix(acoustic, vocoder, CPU if precision == "mixed" else torch.device("cuda"))
    return Stages(acoustic, vocoder, CPU)


def test_mixed_precision_is_not_heard() -> None:
    """The difference lies 69 dB below the signal; shipped weights, a phrase of 1.7 s."""
    full, mixed = (
        samples_of(speak(shipped(precision), PHRASE, 0, seed=5, largest=8))
        for precision in ("fp32", "mixed")
    )
    assert len(full) == len(mixed)
    assert decibels_between(full, mixed) > 55


def test_the_shipped_voice_says_the_same_in_company() -> None:
    """The difference lies 79 dB below the signal: rounding, made audible by nothing."""
    stages = shipped("mixed")
    alone = samples_of(speak(stages, PHRASE, 0, seed=5, largest=8))
    slots = Slots(stages.acoustic, stages.vocoder, 3)
    jobs = [new_job(stages, slots.take(), voice, 5, 1.0, 8) for voice in range(3)]
    for late, job in enumerate(jobs):
        job.track.feed(PHRASE[late:])
        job.track.finish()
    heard = []
    while not jobs[0].track.done:
        speaking = [job for job in reversed(jobs) if not job.track.done]
        heard += [chunk for job, chunk in tick(speaking, stages, slots) if job is jobs[0]]
    together = samples_of(heard)
    assert len(together) == len(alone)
    assert decibels_between(alone, together) > 60


def test_on_a_gpu_what_gives_a_phase_keeps_float32() -> None:
    stages = shipped("gpu")
    assert isinstance(stages.vocoder.gains, nn.Linear)
    assert isinstance(stages.vocoder.source_in, nn.Linear)
    assert isinstance(stages.acoustic.decoder.prosody_head, nn.Linear)
    stacks = (stages.acoustic.encoder.blocks, stages.acoustic.decoder.mel_stack)
    for stack in (*stacks, stages.acoustic.decoder.prosody_stack, stages.vocoder.stack):
        assert any(isinstance(part, LowLinear) for part in stack.modules())
        assert not any(isinstance(part, nn.Linear) for part in stack.modules())


def test_what_a_gpu_rounds_away() -> None:
    """The difference lies 33 dB below the signal: it is in the pitch, whose phase it moves."""
    full, low = (
        samples_of(speak(shipped(precision), PHRASE, 0, seed=5, largest=8))
        for precision in ("fp32", "gpu")
    )
    # Were a duration rounded the other way, all that follows would be shifted, and this say so.
    assert len(full) == len(low)
    assert decibels_between(full, low) > 25
