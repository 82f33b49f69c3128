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

from tests.support.small import SMALL, small_acoustic, small_vocoder, ticker_of
from tests.support.units import (
    decibels_between,
    heard_by,
    options,
    samples_of,
    say,
    some_units,
)
from vvstream.acoustic.weights import load_acoustic
from vvstream.config import Config, Language
from vvstream.config import load as load_config
from vvstream.engine import SpeechEngine, load
from vvstream.engine.cuda import pick_device
from vvstream.engine.load import WEIGHTS
from vvstream.engine.placement import Places, places
from vvstream.engine.precision import suit
from vvstream.engine.tick import Ticker
from vvstream.errors import ConfigError
from vvstream.options import SpeechOptions, VoiceInfo
from vvstream.phonemes.inventory import encode
from vvstream.streaming.precision import LowLinear, RowLinear
from vvstream.streaming.weights import save_weights
from vvstream.vocoder.weights import load_vocoder

CPU = torch.device("cpu")
GPU = torch.device("cuda", 0)
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
    with pytest.raises(ConfigError, match=rf"expected some of en, got {', '.join(languages)}"):
        load(config(languages), "cpu", weights)


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="no CUDA GPU is there; use auto or cpu"):
        load(config(), "cuda")
    assert pick_device("auto") == pick_device("cpu") == CPU


def test_a_gpu_that_is_there_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto") == pick_device("cuda") == GPU
    assert pick_device("cpu") == CPU


def test_languages_that_are_not_configured_are_not_loaded(weights: Path) -> None:
    """Two of them share the vocoder, and each speaks with its own voices."""
    voices = [VoiceInfo(f"xx-{name}", "xx", "woman") for name in ("A_woman", "B_man")]
    header = {"sizes": asdict(SMALL), "voices": [asdict(voice) for voice in voices]}
    save_weights(weights / "xx.safetensors", dict(small_acoustic().named_parameters()), header)

    async def hear(engine: SpeechEngine, voice: str) -> bytes:
        await engine.warm_up()
        utterance = engine.open(SpeechOptions(voice, 2.0, 5, 1.0, 0))
        utterance.feed(some_units(5))
        utterance.finish()
        return b"".join([chunk.samples async for chunk in utterance])

    with loaded(config(("en",), device="cpu"), weights) as alone:
        assert {voice.language for voice in alone.voices()} == {"en"}
    with loaded(config(("en", "xx"), device="cpu"), weights) as both:
        assert [voice.name for voice in both.voices()] == [
            f"{language}-{name}" for language in ("en", "xx") for name in ("A_woman", "B_man")
        ]
        assert anyio.run(hear, both, "xx-B_man") == anyio.run(hear, both, "en-B_man")


@pytest.mark.parametrize(
    ("placed", "offload", "expected"),
    [
        (("auto", "auto"), False, ("cuda", "cuda")),
        (("auto", "auto"), True, ("cpu", "cuda")),
        (("cuda", "cpu"), True, ("cuda", "cpu")),
        (("cpu", "auto"), False, ("cpu", "cuda")),
    ],
)
def test_each_stage_is_where_it_was_placed(
    monkeypatch: pytest.MonkeyPatch,
    placed: tuple[str, str],
    offload: bool,
    expected: tuple[str, str],
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    placement = SHIPPED.engine.placement.model_copy(
        update={"acoustic": placed[0], "vocoder": placed[1]}
    )
    wanted = config(placement=placement).model_copy(update={"cpu_offload": offload})
    where = places(wanted, "auto")
    assert (where.acoustic.type, where.vocoder.type) == expected
    assert where.gpu == GPU
    assert places(config(), "cpu").gpu is None


@cache
def shipped(mixed: bool) -> Ticker:
    """The shipped voice on this CPU."""
    acoustic = load_acoustic(WEIGHTS / "en.safetensors").model
    vocoder = load_vocoder(WEIGHTS / "vocoder.safetensors")
    suit([acoustic], vocoder, Places(CPU, CPU), mixed=mixed)
    return ticker_of(acoustic, vocoder, largest=8)


def test_what_mixed_precision_costs() -> None:
    """Some 30 dB below the signal where bytes are multiplied, 69 where halves are:
    none of it is in the times or the pitch, so that it does not grow."""
    full, mixed = (say(shipped(precision), PHRASE) for precision in (False, True))
    assert [chunk.spans for chunk in full] == [chunk.spans for chunk in mixed]
    assert decibels_between(samples_of(full), samples_of(mixed)) > 26


def test_the_shipped_voice_says_the_same_in_company() -> None:
    """With other voices, at other places in the text, that come and go."""
    ticker = shipped(True)
    alone = samples_of(say(ticker, PHRASE))
    jobs = [ticker.job("en", voice, options()) for voice in range(3)]
    for late, job in enumerate(jobs):
        job.track.feed(PHRASE[late:])
        job.track.finish()
    heard = []
    while not jobs[0].track.done:
        speaking = [job for job in reversed(jobs[1:]) if not job.track.done]
        heard += heard_by(jobs[0], ticker, speaking)
    for job in jobs:
        ticker.free(job)
    together = samples_of(heard)
    assert len(together) == len(alone)
    assert decibels_between(alone, together) > 60


def test_on_a_gpu_what_decides_times_is_exact_and_what_gives_phases_is_not_halved() -> None:
    acoustic = load_acoustic(WEIGHTS / "en.safetensors").model
    vocoder = load_vocoder(WEIGHTS / "vocoder.safetensors")
    suit([acoustic], vocoder, Places(GPU, GPU), mixed=True)
    decoder = acoustic.decoder
    exact = [acoustic.encoder, decoder.prosody_stack, decoder.prosody_head, decoder.mel_head]
    exact += [vocoder.gains, vocoder.source_in]
    for parts, kind in (
        (exact, RowLinear),
        ([decoder.mel_stack, vocoder.stack], LowLinear),
    ):
        kinds = nn.Linear | RowLinear | LowLinear
        layers = [layer for layer in nn.ModuleList(parts).modules() if isinstance(layer, kinds)]
        assert layers
        assert all(type(layer) is kind for layer in layers)
    assert vocoder.stack.entry.window.weight.dtype == torch.float16


def test_what_a_gpu_multiplies_is_the_same_speech() -> None:
    """Its arithmetic, on this CPU: times alike, the difference far below the signal."""
    acoustic = load_acoustic(WEIGHTS / "en.safetensors").model
    vocoder = load_vocoder(WEIGHTS / "vocoder.safetensors")
    suit([acoustic], vocoder, Places(GPU, GPU), mixed=True)
    full = say(shipped(False), PHRASE)
    low = say(ticker_of(acoustic, vocoder, largest=8), PHRASE)
    assert [chunk.spans for chunk in full] == [chunk.spans for chunk in low]
    assert decibels_between(samples_of(full), samples_of(low)) > 40
