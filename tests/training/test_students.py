"""Every step of the training, small: what comes out loads, speaks, and stops early where told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training import duel, export, features, restore, train_acoustic, train_joint, train_vocoder
from training.corpus import HOP, Utterance, write_shard
from training.graphed import GraphedStep
from training.schedule import Average
from vvstream.acoustic.decoder import pitch_of
from vvstream.acoustic.weights import load_acoustic
from vvstream.streaming.precision import SMALLEST
from vvstream.vocoder.weights import load_vocoder

NAMES = ("alone", "introduce", "against")
VOICES = {"en/gb": ("bm_george",), "en/us": ("af_heart", "am_eric"), "ja/jp": ("jf_alpha",)}
ACOUSTIC = {"channels": 24, "heads": 2, "prosody_channels": 16, "mel_channels": 24}


def utterance(index: int, voice: int, generator: np.random.Generator) -> Utterance:
    """Two seconds of a tone whose pitch moves, spoken by nobody."""
    units = generator.integers(1, 7, 26).astype(np.uint8)
    frames = 2 * int(units.sum())
    f0 = (120 + 60 * generator.random(frames)).astype(np.float16)
    f0[generator.random(frames) < 0.2] = 0
    phase = np.cumsum(np.repeat(f0.astype(float), HOP)) / 16_000
    ids = generator.integers(16, 60, len(units)).astype(np.uint8)
    ids[[0, -1]] = 0
    return Utterance(
        index,
        voice,
        ids,
        (units + generator.random(len(units)) - 0.5).astype(np.float16),
        units,
        f0,
        generator.random(frames).astype(np.float16),
        (8_000 * np.sin(2 * np.pi * phase)).astype(np.int16),
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    generator = np.random.default_rng(5)
    for accent, voices in VOICES.items():
        (folder / accent).mkdir(parents=True)
        spoken = [utterance(i, i % len(voices), generator) for i in range(4)]
        write_shard(folder / accent / "shard_00000.safetensors", spoken, voices)
    return folder


def run(monkeypatch: pytest.MonkeyPatch, main: object, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["train", *map(str, arguments)])
    assert callable(main)
    main()


def test_from_corpus_to_weights(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A few steps move an average by less than what half precision can tell.
    monkeypatch.setattr(Average, "update", Average.restart)
    monkeypatch.setattr(duel, "WARM_UP", 1)
    monkeypatch.setattr(duel, "INTRODUCTION", 1)
    small = ("--minutes", "0.01", "--device", "cpu")
    for language in ("en", "ja"):
        run(
            monkeypatch, train_acoustic.main, corpus / language, tmp_path / language, *small,
            "--sizes", json.dumps(ACOUSTIC), "--buckets", "1", "--batch-frames", "400",
        )  # fmt: skip
    run(
        monkeypatch, train_vocoder.main, corpus, tmp_path, *small, "--batch", "2",
        "--sizes", '{"channels": 16}', "--critic-scale", "0.1", "--alone-steps", "1",
    )  # fmt: skip
    before = torch.load(tmp_path / "en" / "acoustic.pt")["model"]
    run(
        monkeypatch, train_joint.main, corpus, tmp_path, *small, "--batch", "3",
        "--critic-scale", "0.1",
    )  # fmt: skip
    after = torch.load(tmp_path / "en" / "acoustic.pt")["model"]
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith(("decoder.mel_stack", "decoder.mel_head")) for name in changed)
    assert "joint done" in capsys.readouterr().out

    run(monkeypatch, export.main, tmp_path, tmp_path / "weights")
    english = load_acoustic(tmp_path / "weights" / "en.safetensors")
    japanese = load_acoustic(tmp_path / "weights" / "ja.safetensors")
    assert [voice.name for voice in japanese.voices] == ["jp-Alpha_woman"]
    assert [voice.name for voice in english.voices] == [
        "en-Heart_woman",
        "en-Eric_man",
        "en-George_man",
    ]
    assert english.voices[2].accent == "en-GB"
    sizes = english.model.sizes
    assert len(sizes.neutral) == 3
    # log 120 Hz to log 180 Hz, less 5
    assert all(-0.25 < pitch < 0.25 for pitch, _ in sizes.neutral)
    vocoder = load_vocoder(tmp_path / "weights" / "vocoder.safetensors")
    assert [english.model.depth_of(steps) for steps in (1, 5, 50)] == [2, 6, 6]
    assert [vocoder.depth_of(steps) for steps in (1, 5, 50)] == [4, 8, 10]
    # And they fit each other.
    mel, prosody = english.model.decoder(torch.randn(1, 20, ACOUSTIC["channels"]))
    samples = vocoder(mel, pitch_of(prosody), torch.tensor([1]))
    assert samples.isfinite().all()
    assert samples.shape == (1, 13 * HOP)

    # And there is a way back, to go on from them.
    run(monkeypatch, restore.main, tmp_path / "weights", tmp_path / "again")
    for name in ("en/acoustic.pt", "ja/acoustic.pt", "vocoder.pt"):
        saved, restored = torch.load(tmp_path / name), torch.load(tmp_path / "again" / name)
        weights = "vocoder" if name == "vocoder.pt" else "model"
        assert restored.keys() == saved.keys()
        assert restored["step"] == saved["step"]
        assert restored.get("voices") == saved.get("voices")
        for key, value in saved[weights].items():
            lost = value.abs().max().item() / 127 if value.numel() >= SMALLEST else 0.0
            torch.testing.assert_close(restored[weights][key], value, rtol=0, atol=lost)


def test_new_critics_are_introduced_before_they_teach() -> None:
    def named(name: str) -> GraphedStep:
        return GraphedStep(lambda: torch.tensor(NAMES.index(name)), ())

    def turns(before: int, introduction: int, counts: list[int]) -> list[tuple[str, float, float]]:
        alone, introduce, against = map(named, NAMES)
        rounds = duel.Rounds(alone, introduce, against, before, introduction)
        taken = [rounds.turn(count) for count in counts]
        return [(NAMES[int(t.step())], t.generator, t.critics) for t in taken]

    up = duel.WARM_UP
    assert turns(up, 2, [0, up - 1, up, up + 2, 3 * up]) == [
        ("alone", 1 / up, 0.0),
        ("alone", 1.0, 0.0),
        ("introduce", 0.0, 1 / up),
        ("against", 1.0, 3 / up),
        ("against", 1.0, 1.0),
    ]
    # What goes on from a checkpoint warms up only once its critics know something.
    assert turns(0, up, [0, up, 2 * up]) == [
        ("introduce", 0.0, 1 / up),
        ("against", 1 / up, 1.0),
        ("against", 1.0, 1.0),
    ]


def test_an_utterance_hears_no_other(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = features.load_corpus(corpus, "cpu")
    mel = features.LogMel()
    alone = torch.cat(
        [
            mel(loaded.samples[u.first_frame * HOP :][None, : u.frames * HOP].float() / 32768)[0]
            for u in loaded.utterances
        ]
    )
    monkeypatch.setattr(features, "MEL_FRAMES", 500)  # three at once, or so
    torch.testing.assert_close(features.corpus_mels(loaded).float(), alone, rtol=0, atol=5e-3)


def test_a_corpus_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError, match=r"training\.corpus"):
        run(monkeypatch, train_vocoder.main, tmp_path, tmp_path, "--device", "cpu")
