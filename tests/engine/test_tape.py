"""Steps that were recorded while the engine warmed up say what they said, for whoever comes."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from tests.support.small import SMALL, clocked_ticker, small_acoustic, small_vocoder, ticker_of
from tests.support.units import options, some_units
from vvstream.acoustic.decoder import FrameDecoder
from vvstream.acoustic.encoder import TextEncoder
from vvstream.acoustic.model import AcousticModel
from vvstream.engine.tape import record
from vvstream.engine.tick import Job, Ticker
from vvstream.streaming import conv
from vvstream.vocoder.model import Vocoder

LARGEST = 4


def crowd(ticker: Ticker, seed: int, steps: int) -> Iterator[Job]:
    """Some who say something, of any length, after any context."""
    chance = random.Random(seed)
    for number in range(chance.randint(1, 9)):
        context = some_units(chance.choice((0, 0, 5, 30)), seed + number)
        asked = replace(options(number), steps=steps)
        job = ticker.job("en", chance.randrange(2), asked, context)
        job.track.feed(some_units(chance.randint(0, 60), seed - number))
        job.track.finish()
        yield job


def heard(ticker: Ticker, seed: int, steps: int = 5) -> list[bytes]:
    """What each of them hears, all served by the same ticks."""
    jobs = list(crowd(ticker, seed, steps))
    sounds = {job: b"" for job in jobs}
    while not all(job.track.done for job in jobs):
        for job, chunk in ticker.tick(jobs):
            sounds[job] += b"" if chunk is None else chunk.samples
    return list(sounds.values())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("large", [conv.LARGE, 1000])
def test_it_says_the_same_for_any_batch_and_any_length(
    monkeypatch: pytest.MonkeyPatch, seed: int, large: int
) -> None:
    """Also where a choice of its own depends on the length."""
    live = heard(clocked_ticker(LARGEST), seed)
    monkeypatch.setattr(conv, "LARGE", large)
    recorded = clocked_ticker(LARGEST)
    recorded.warm_up(1)
    same = heard(recorded, seed) == live
    assert same
    assert any(live)


@pytest.mark.parametrize("steps", [TextEncoder, FrameDecoder, Vocoder])
def test_none_of_its_python_is_run_again(monkeypatch: pytest.MonkeyPatch, steps: type) -> None:
    def step(*_: object) -> None:
        raise AssertionError("run again")

    recorded, live = clocked_ticker(LARGEST), clocked_ticker(LARGEST)
    recorded.warm_up(1)
    monkeypatch.setattr(steps, "step", step)
    assert any(heard(recorded, 1))
    with pytest.raises(AssertionError, match="run again"):
        heard(live, 1)


def test_what_was_not_rehearsed_is_recorded_beside_those_who_speak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fewer steps go through fewer blocks, which is another program."""
    model = AcousticModel(replace(SMALL, exits=(1, 1, 2))).eval().requires_grad_(False)
    recorded, live = (ticker_of(model, small_vocoder(), largest=LARGEST) for _ in range(2))
    recorded.warm_up(1)
    said = heard(live, 3, steps=1)
    same = heard(recorded, 3, steps=1) == said
    assert same
    for thread in threading.enumerate():
        if thread.name == "recorder":
            thread.join()
    monkeypatch.setattr(FrameDecoder, "step", None)
    same = heard(recorded, 3, steps=1) == said
    assert same


@torch.inference_mode()
def test_its_weights_are_the_models_own() -> None:
    """A recording of every language and depth must not cost the memory of one more model."""
    model = small_acoustic()
    head = model.decoder.mel_head
    step = record(head, lambda x: ((head(x),), x), (torch.randn(2, 5, head.in_features),))
    x = torch.randn(3, 7, head.in_features)
    (before,), _ = step(x)
    assert torch.equal(before, head(x))
    kept = head.bias.clone()
    try:
        head.bias.add_(1)
        (after,), _ = step(x)
        assert torch.allclose(after, before + 1)
    finally:
        head.bias.copy_(kept)
