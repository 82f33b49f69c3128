"""Train the vocoder on the teacher's sound, for all languages at once.

    python -m training.train_vocoder build/corpus build/checkpoints --minutes 12

Resumes from OUT/vocoder.pt and OUT/critics.pt, else from --start, a file of weights. The files
OUT/LANGUAGE/predicted_mel.pt of the acoustic models may appear, and be renewed, while the training
runs: from then on these mels are what the vocoder hears.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from training.cuts import Cuts
from training.depths import Depths
from training.duel import Attempt, Duel, Schedule, capture, fight
from training.features import Corpus, corpus_mels, load_corpus
from training.graphed import allow_fast_arithmetic
from training.schedule import RESUMED, Average, add_time, save, seconds_left
from vvstream.streaming.weights import fill, read_header
from vvstream.vocoder.model import Vocoder, VocoderSizes

PEAK_RATE = 5e-4
BLOCKS, EXITS = 10, (4, 5, 6, 7, 8, 9, 10)  # blocks for 1, 2, ... steps


class VocoderTrainer:
    """The vocoder, and what it hears: the teacher's mels until there are predicted ones."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.device: str = arguments.device
        self.corpus = load_corpus(arguments.corpus, self.device, arguments.limit)
        self.mels = corpus_mels(self.corpus)
        self.cuts = Cuts(self.corpus, 0, len(self.corpus.f0), arguments.batch)
        self.vocoder, self.done = load(arguments)
        sizes = self.vocoder.sizes
        self.depths = Depths(sizes.exits, sizes.blocks, self.device)
        if self.device == "cuda":
            compile_stack(self.vocoder)
        self.duel = Duel(self.speak, [self.vocoder], arguments.critic_scale, self.device)
        self.duel.read_critics(arguments.out)

    def speak(self) -> Attempt:
        cut = self.cuts.draw()
        seed = torch.randint(1 << 31, (len(cut.at),), device=cut.at.device)
        with self.duel.half():
            made = self.vocoder(
                self.mels[cut.at].float(),
                cut.pitch,
                seed,
                cut.phase,
                self.depths.draw(len(cut.at)),
            )
        real = cut.samples
        return Attempt(cut.judged(made).float(), real, real.new_zeros(()))


def load(arguments: argparse.Namespace) -> tuple[Vocoder, int]:
    """The vocoder that there is to go on from, and the steps that it has done."""
    checkpoint: Path = arguments.out / "vocoder.pt"
    if checkpoint.exists():
        content = torch.load(checkpoint, map_location=arguments.device)
        vocoder = Vocoder(VocoderSizes(**content["sizes"])).to(arguments.device)
        vocoder.load_state_dict(content["vocoder"], strict=False)
        return vocoder, int(content["step"])
    given = {"blocks": BLOCKS, "exits": EXITS, **json.loads(arguments.sizes)}
    vocoder = Vocoder(VocoderSizes(**given)).to(arguments.device)
    if arguments.start:
        fill(vocoder, arguments.start)
        return vocoder, int(read_header(arguments.start)["steps"])
    return vocoder, 0


def compile_stack(vocoder: Vocoder) -> None:
    """The body alone: the critics' time goes into convolutions, which no compiler shortens."""
    compiled = torch.compile(vocoder.stack.forward, dynamic=False)
    setattr(vocoder.stack, "forward", compiled)  # noqa: B010 - mypy: a method


def save_vocoder(out: Path, vocoder: Vocoder, average: Average, prefix: str, step: int) -> None:
    """Write the averaged weights whose names begin with `prefix`."""
    weights = {
        name.removeprefix(prefix): weight.half().cpu()
        for name, weight in average.state_dict().items()
        if name.startswith(prefix)
    }
    sizes = asdict(vocoder.sizes)
    save(out / "vocoder.pt", {"vocoder": weights, "sizes": sizes, "step": step})


class PredictedMels:
    """The files that the acoustic models write, each heard as soon as it is new."""

    def __init__(self, corpus: Corpus, mels: Tensor, folder: Path) -> None:
        self.parts, self.mels, self.folder = corpus.parts, mels, folder
        self.heard: dict[str, float] = {}  # language -> when the file in use was written

    def renew(self) -> None:
        for language, (first, end) in self.parts.items():
            path = self.folder / language / "predicted_mel.pt"
            written = path.stat().st_mtime if path.exists() else 0.0
            if written > self.heard.get(language, 0.0):
                self.heard[language] = written
                predicted = torch.load(path)["mel"]
                self.mels[first:end] = predicted.to(self.mels.device)
                print(f"now on predicted mels of {language}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="file of weights, where nothing is resumed")
    add_time(parser, 12)
    parser.add_argument("--alone-steps", type=int, default=2500, help="steps before the critics")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--limit", type=int, help="utterances, to try it out")
    parser.add_argument("--sizes", default="{}", help="JSON of VocoderSizes, to try it out")
    parser.add_argument("--critic-scale", type=float, default=1.0)
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    allow_fast_arithmetic()
    torch.manual_seed(2)
    arguments.out.mkdir(parents=True, exist_ok=True)
    trainer = VocoderTrainer(arguments)
    duel = trainer.duel
    print(f"{len(trainer.corpus.f0) / 80 / 3600:.2f} h", flush=True)
    rounds = capture(duel, max(0, arguments.alone_steps - trainer.done))
    predicted = PredictedMels(trainer.corpus, trainer.mels, arguments.out)

    def checkpoint(step: int) -> None:
        save_vocoder(arguments.out, trainer.vocoder, duel.average, "0.", step)
        duel.save_critics(arguments.out, step)

    peak = PEAK_RATE * (RESUMED if trainer.done else 1.0)
    schedule = Schedule("vocoder", seconds_left(arguments), peak, trainer.done)
    fight(duel, schedule, rounds, predicted.renew, checkpoint)


if __name__ == "__main__":
    main()
