"""A corpus comes back as it was written, and its audio is in time with its frames."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.corpus import HOP, SHARD, Utterance, jobs, read_corpus, read_shard, write_shard
from training.resample import to_16k
from training.teacher import FRAME, LockedSource


def _utterance(index: int, generator: np.random.Generator) -> Utterance:
    tokens = int(generator.integers(3, 30))
    units = generator.integers(1, 9, tokens).astype(np.uint8)
    frames = 2 * int(units.sum())
    return Utterance(
        index=index,
        voice=index % 4,
        ids=generator.integers(0, 178, tokens).astype(np.uint8),
        durations=generator.random(tokens).astype(np.float16),
        units=units,
        f0=generator.random(frames).astype(np.float16),
        energy=generator.random(frames).astype(np.float16),
        audio=generator.integers(-32768, 32767, frames * HOP).astype(np.int16),
    )


@pytest.mark.parametrize("count", [1, 2, 7])
def test_what_is_written_is_read(tmp_path: Path, count: int) -> None:
    generator = np.random.default_rng(count)
    written = [_utterance(i, generator) for i in range(count)]
    write_shard(tmp_path / "shard_00000.safetensors", written[:1], ("a", "b", "c", "d"))
    if count > 1:
        write_shard(tmp_path / "shard_00001.safetensors", written[1:], ("a", "b", "c", "d"))
    assert read_shard(tmp_path / "shard_00000.safetensors")[0] == ("a", "b", "c", "d")
    for before, (part, voice, after) in zip(written, read_corpus(tmp_path), strict=True):
        assert (part, voice) == ("", "abcd"[after.voice])
        for name in Utterance.__slots__:
            assert np.array_equal(getattr(before, name), getattr(after, name))


def test_texts_of_an_earlier_corpus_come_last() -> None:
    texts = 3 * SHARD + 1  # four shards a pass
    plain = jobs(texts, 2, 0.0)
    assert [number for number, _, _ in plain] == [*range(8)]
    assert plain[5] == (5, 1, SHARD)
    assert jobs(texts, 2, 0.5) == plain[2:] + plain[:2]


@given(st.integers(1, 12), st.floats(100, 7_000))
def test_resampling_keeps_length_time_and_level(frames: int, hertz: float) -> None:
    n = torch.arange(frames * FRAME, dtype=torch.float64)
    tone = torch.sin(2 * math.pi * hertz * n / 24_000).float()
    out = to_16k(tone)
    assert out.numel() == frames * HOP
    m = torch.arange(out.numel(), dtype=torch.float64)
    expected = torch.sin(2 * math.pi * hertz * m / 16_000).float()
    inner = slice(100, -100)  # the filter reaches beyond both ends
    if out.numel() > 200:
        assert (out - expected)[inner].abs().max() < 2e-3


def test_resampling_keeps_nothing_above_8_khz() -> None:
    n = torch.arange(24_000, dtype=torch.float64)
    out = to_16k(torch.sin(2 * math.pi * 8_600 * n / 24_000).float())
    assert out[200:-200].abs().max() < 1e-3


def test_the_source_has_the_phase_that_its_f0_says() -> None:
    f0 = torch.tensor([0.0, 5.0, 180.0, 182.5, 190.0, 0.0, -3.0, 110.0, 112.0])
    sines, voiced, _ = LockedSource(9)(f0.repeat_interleave(FRAME)[None, :, None])
    spoken = (f0 > 10).double()
    cycles = torch.cumsum(f0.double() * spoken, 0) / 80
    # the middle of a frame lies between two samples
    middle = (
        sines[0, FRAME // 2 - 1 :: FRAME].double() / 2 + sines[0, FRAME // 2 :: FRAME].double() / 2
    )
    for k in range(1, 10):
        expected = 0.1 * torch.sin(2 * math.pi * k * cycles) * spoken
        assert ((middle[:, k - 1] - expected) * spoken).abs().max() < 0.02
    assert torch.equal(voiced[0, ::FRAME, 0].double(), spoken)
