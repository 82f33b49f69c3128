"""Tune the mel decoders of all languages and the vocoder together, on what is heard at the end.

    python -m training.train_joint build/corpus build/checkpoints --minutes 9

Reads OUT/LANGUAGE/acoustic.pt, OUT/vocoder.pt and OUT/critics.pt and writes them anew. The vocoder
hears mels that the decoders predict from the teacher's durations and prosody, and the critics judge
the sound: the decoders learn to give the vocoder what it needs, instead of the mean of what the
teacher might have said. Encoders, durations and prosody stay as they are.

With --waits it loads the corpus and then waits for a line on its standard input, so that it may
start while the models that it tunes are still being trained. Under RANK, WORLD_SIZE, MASTER_ADDR
and MASTER_PORT several processes, each with its own GPU, average their weights every few steps
(local SGD: Lin et al. 2020).
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.distributed
from torch import Tensor

from training.cuts import LENGTH, Cut, Cuts, shifted
from training.depths import Depths
from training.duel import Attempt, Duel, Schedule, capture, fight
from training.features import HOP, Corpus, corpus_mels, load_corpus
from training.graphed import allow_fast_arithmetic
from training.schedule import add_time, save, seconds_left
from training.train_acoustic import Losses, make_buckets
from training.train_vocoder import compile_stack, load, save_vocoder
from vvstream.acoustic.decoder import MEL_LOOKAHEAD
from vvstream.acoustic.model import AcousticModel, AcousticSizes

PEAK_RATE = 4e-4  # the mean of several processes bears more than one of them would
PEAK_RATE_ALONE = 2e-4
MEL_WEIGHT = 3.0  # keeps the mels what they are called
PAST = 40  # frames that the mel stack remembers
BATCH_FRAMES = 40_000
SYNC_STEPS = 16


class Language:
    """One language's acoustic model, what its decoder is told at every frame, and its cuts."""

    def __init__(self, name: str, corpus: Corpus, out: Path, batch: int) -> None:
        device = str(corpus.f0.device)
        self.path = out / name / "acoustic.pt"
        self.content: dict[str, Any] = torch.load(self.path, map_location="cpu")
        sizes = AcousticSizes(**self.content["sizes"])
        self.model = AcousticModel(sizes).to(device).eval()
        self.model.load_state_dict(self.content["model"], strict=False)
        self.depths = Depths(sizes.exits, sizes.mel_blocks, device)
        self.first, end = corpus.parts[name]
        self.cuts = Cuts(corpus, self.first, end, batch, PAST, MEL_LOOKAHEAD)
        self.learned = torch.nn.ModuleDict(
            {"mel_stack": self.model.decoder.mel_stack, "mel_head": self.model.decoder.mel_head}
        )
        frames, prosody = told(self.model, corpus, name, self.content["voices"])
        self.frames, self.prosody = frames, prosody

    def predict(self, cut: Cut) -> Tensor:
        """The mel of a cut, [B, LENGTH, mels]."""
        count = PAST + LENGTH + MEL_LOOKAHEAD
        past = PAST * ~cut.opens  # what opens an utterance has none
        at = (cut.at[:, 0] - past - self.first)[:, None]
        at = at + torch.arange(count, device=at.device)
        mel = self.model.decoder.predict_mel(
            self.frames[at].float(), self.prosody[at], self.depths.draw(len(at))
        )
        return shifted(mel, ~cut.opens, PAST, LENGTH)

    def save(self, averaged: dict[str, Tensor]) -> None:
        """Write the checkpoint with the averaged weights in place of those that were learned."""
        for name, weight in averaged.items():
            self.content["model"][f"decoder.{name}"] = weight.half().cpu()
        save(self.path, self.content)


@torch.no_grad()
def told(
    model: AcousticModel, corpus: Corpus, name: str, voices: list[str]
) -> tuple[Tensor, Tensor]:
    """What the mel decoder is told at every frame of one language: float16[frames, C], and the
    teacher's prosody float[frames, 3]."""
    first, end = corpus.parts[name]
    rows = {corpus.voices.index(voice): row for row, voice in enumerate(voices)}
    own = language_of(corpus, name, rows)
    losses = Losses(model, own, torch.empty(0))
    device = corpus.f0.device
    frames = torch.zeros(end - first, model.sizes.channels, dtype=torch.float16, device=device)
    buckets = make_buckets(own.utterances, 10, model.encoder.lookahead, BATCH_FRAMES, str(device))
    for bucket in buckets:
        for chosen in torch.arange(len(bucket.units), device=device).split(bucket.rows):
            embedded, _ = losses.embed(bucket, chosen)
            real = bucket.frame_mask[chosen].bool()
            frames[bucket.frames[chosen][real]] = embedded[real].half()
    return frames, losses.prosody


def language_of(corpus: Corpus, name: str, rows: dict[int, int]) -> Corpus:
    """One language of a corpus, as it would have been loaded alone."""
    first, end = corpus.parts[name]
    utterances = [
        replace(u, first_frame=u.first_frame - first, voice=rows[u.voice])
        for u in corpus.utterances
        if first <= u.first_frame < end
    ]
    energy = corpus.energy[first:end]
    return Corpus(
        utterances,
        [corpus.voices[voice] for voice in rows],
        {},
        corpus.samples[first * HOP : end * HOP],
        corpus.f0[first:end],
        corpus.phase[first:end],
        (energy - energy.mean()) / energy.std(correction=0),
    )


class JointTrainer:
    def __init__(self, arguments: argparse.Namespace, corpus: Corpus, mels: Tensor) -> None:
        self.device: str = arguments.device
        self.mels = mels
        self.vocoder, self.done = load(arguments)
        sizes = self.vocoder.sizes
        self.depths = Depths(sizes.exits, sizes.blocks, self.device)
        if self.device == "cuda":
            compile_stack(self.vocoder)
        shares = batch_shares(corpus, arguments.batch)
        self.languages = [
            Language(name, corpus, arguments.out, rows) for name, rows in shares.items()
        ]
        learned = [language.learned for language in self.languages]
        self.duel = Duel(self.speak, [self.vocoder, *learned], arguments.critic_scale, self.device)
        self.duel.read_critics(arguments.out)

    def speak(self) -> Attempt:
        cuts = [language.cuts.draw() for language in self.languages]
        with self.duel.half():
            mel = torch.cat(
                [
                    language.predict(cut).float()
                    for language, cut in zip(self.languages, cuts, strict=True)
                ]
            )
            at = torch.cat([cut.at for cut in cuts])
            made = self.vocoder(
                mel,
                torch.cat([cut.pitch for cut in cuts]),
                torch.randint(1 << 31, (len(at),), device=at.device),
                torch.cat([cut.phase for cut in cuts]),
                self.depths.draw(len(at)),
            )
        heard = made.split([len(cut.at) for cut in cuts])
        judged = [cut.judged(part) for part, cut in zip(heard, cuts, strict=True)]
        real = torch.cat([cut.samples for cut in cuts])
        apart = (mel - self.mels[at].float()).abs().mean()
        return Attempt(torch.cat(judged).float(), real, MEL_WEIGHT * apart)

    def checkpoint(self, out: Path, step: int) -> None:
        save_vocoder(out, self.vocoder, self.duel.average, "0.", step)
        self.duel.save_critics(out, step)
        for number, language in enumerate(self.languages, 1):
            prefix = f"{number}."
            language.save(
                {
                    name.removeprefix(prefix): weight
                    for name, weight in self.duel.average.state_dict().items()
                    if name.startswith(prefix)
                }
            )


def batch_shares(corpus: Corpus, batch: int) -> dict[str, int]:
    """Rows of a batch for each language: by the square root of how much there is of it."""
    sizes = {name: (end - first) ** 0.5 for name, (first, end) in corpus.parts.items()}
    total = sum(sizes.values())
    return {name: max(1, round(batch * size / total)) for name, size in sizes.items()}


def average_over_ranks(duel: Duel) -> None:
    """Every process goes on with the mean of all weights, its own among them."""
    weights = [p.detach() for p in (*duel.generator.parameters(), *duel.critics.parameters())]
    flat = torch.cat([weight.flatten() for weight in weights])
    torch.distributed.all_reduce(flat)
    flat /= torch.distributed.get_world_size()
    parts = flat.split([weight.numel() for weight in weights])
    means = [part.view_as(weight) for part, weight in zip(parts, weights, strict=True)]
    torch._foreach_copy_(weights, means)


def any_rank(flag: bool, device: str) -> bool:
    """Whether it is so in any process."""
    votes = torch.tensor(float(flag), device=device)
    torch.distributed.all_reduce(votes)
    return votes.item() > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    add_time(parser, 9)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--limit", type=int, help="utterances, to try it out")
    parser.add_argument("--critic-scale", type=float, default=1.0)
    parser.add_argument("--waits", action="store_true")
    parser.set_defaults(start=None, sizes="{}")
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    allow_fast_arithmetic()
    rank, ranks = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    torch.manual_seed(3 + rank)
    corpus = load_corpus(arguments.corpus, arguments.device, arguments.limit)
    mels = corpus_mels(corpus)
    print(f"{len(corpus.f0) / 80 / 3600:.2f} h", flush=True)
    if arguments.waits:
        sys.stdin.readline()
    trainer = JointTrainer(arguments, corpus, mels)
    duel = trainer.duel
    rounds = capture(duel, 0)
    if ranks > 1:
        # After the capture: what watches NCCL's work must not ask the GPU anything during it.
        backend = "nccl" if arguments.device == "cuda" else "gloo"
        torch.distributed.init_process_group(backend, rank=rank, world_size=ranks)

    def over(count: int, late: bool) -> bool:
        """All processes meet at the same steps, and stop at one of them."""
        if ranks == 1:
            return late
        if count % SYNC_STEPS:
            return False
        average_over_ranks(duel)
        return any_rank(late, arguments.device)

    def checkpoint(step: int) -> None:
        if rank == 0:
            trainer.checkpoint(arguments.out, step)

    peak = PEAK_RATE if ranks > 1 else PEAK_RATE_ALONE
    schedule = Schedule("joint", seconds_left(arguments), peak, trainer.done)
    fight(duel, schedule, rounds, lambda: None, checkpoint, over)
    if ranks > 1:
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
