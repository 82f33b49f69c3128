"""Train the vocoder on the teacher's sound, then tune it on the acoustic model's own mels.

    python -m training.train_vocoder CORPUS OUT --minutes 22 --predicted OUT/predicted_mel.pt

Resumes from OUT/vocoder.pt and OUT/critics.pt, else from the weights in --start. The file named by
--predicted may appear, and be renewed, while the training runs: from then on it is what the vocoder
hears. Every --save-minutes the averaged generator and the critics are written.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from training.discriminators import Critics, adversarial_loss, critic_loss
from training.features import HOP, Corpus, corpus_mels, load_corpus
from training.graphed import GraphedStep
from training.schedule import Average, rate, save
from training.spectral_loss import SpectralLoss
from vvstream.streaming.weights import fill, read_header
from vvstream.vocoder.model import DELAY, Vocoder, VocoderSizes

PEAK_RATE = 5e-4
WARM_UP = 500
SEGMENT = 64  # frames that are judged
CONTEXT = 40  # frames before them: the stack's memory
MAGNITUDE_WEIGHT = 15.0
PHASE_WEIGHT = 5.0  # before the critics
PHASE_WEIGHT_LATER = 2.0  # what cannot be predicted should be noise, not silence
FEATURE_WEIGHT = 2.0


class Cuts:
    """Random cuts of the corpus: the vocoder's inputs and the sound that it should make of them."""

    def __init__(self, corpus: Corpus, mels: Tensor, batch: int) -> None:
        self.corpus, self.mels, self.batch = corpus, mels, batch
        self.pitch = torch.stack((corpus.f0, corpus.voiced), -1)
        device = corpus.f0.device
        self.length = CONTEXT + SEGMENT + Vocoder.lookahead
        starts = [
            torch.arange(u.first_frame, u.first_frame + u.frames - self.length, 2)
            for u in corpus.utterances
            if u.frames > self.length
        ]
        self.starts = torch.cat(starts).to(device)
        self.frames = torch.arange(self.length, device=device)
        self.samples = torch.arange(SEGMENT * HOP, device=device) + CONTEXT * HOP - DELAY

    def draw(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """mel[B, T, 80], pitch[B, T, 2], phase[B], samples[B, SEGMENT * HOP]."""
        device = self.starts.device
        starts = self.starts[torch.randint(len(self.starts), (self.batch,), device=device)]
        at = starts[:, None] + self.frames
        samples = self.corpus.samples[(starts * HOP)[:, None] + self.samples].float() / 32768
        return self.mels[at].float(), self.pitch[at], self.corpus.phase[starts], samples


class Trainer:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.device: str = arguments.device
        cuda = self.device == "cuda"
        self.corpus = load_corpus(arguments.corpus, self.device, arguments.limit)
        self.cuts = Cuts(self.corpus, corpus_mels(self.corpus), arguments.batch)
        self.sizes = VocoderSizes(**json.loads(arguments.sizes))
        self.vocoder = Vocoder(self.sizes).to(self.device)
        self.critics = Critics(scale=arguments.critic_scale).to(self.device)
        self.spectral = SpectralLoss().to(self.device)
        self.done = self.resume(arguments)
        self.average = Average(self.vocoder, 0.999)
        if cuda:
            # The body alone: the critics' time goes into convolutions, which no compiler shortens.
            compiled = torch.compile(self.vocoder.stack.forward, dynamic=False)
            setattr(self.vocoder.stack, "forward", compiled)  # noqa: B010 - mypy: a method
        self.generator_optimiser, self.critic_optimiser = (
            torch.optim.AdamW(
                module.parameters(),
                torch.tensor(1e-7, device=self.device),
                (0.8, 0.99),
                weight_decay=0.01,
                fused=cuda,
                capturable=cuda,
            )
            for module in (self.vocoder, self.critics)
        )

    def resume(self, arguments: argparse.Namespace) -> int:
        """Load what there is to start from; returns the steps that were done before."""
        steps = 0
        if (checkpoint := arguments.out / "vocoder.pt").exists():
            content = torch.load(checkpoint, map_location=self.device)
            self.vocoder.load_state_dict(content["vocoder"], strict=False)
            steps = int(content["step"])
        elif arguments.start:
            fill(self.vocoder, arguments.start / "vocoder.safetensors")
            steps = int(read_header(arguments.start / "vocoder.safetensors")["steps"])
        if (checkpoint := arguments.out / "critics.pt").exists():
            content = torch.load(checkpoint, map_location=self.device)
            self.critics.load_state_dict(content["critics"], strict=False)
        return steps

    def learn_alone(self) -> Tensor:
        """A step by the spectral losses only: magnitude, phase, fooled, matched, critics."""
        made, real = self.speak()
        magnitude, phase = self.spectral(made, real)
        self.climb(MAGNITUDE_WEIGHT * magnitude + PHASE_WEIGHT * phase)
        nothing = torch.zeros_like(magnitude.detach())
        return torch.stack((magnitude.detach(), phase.detach(), nothing, nothing, nothing))

    def learn_against_critics(self) -> Tensor:
        """A step of the critics, then one of the vocoder against them."""
        made, real = self.speak()
        self.critic_optimiser.zero_grad(set_to_none=False)
        with self.half():
            verdicts = self.critics(torch.cat((real, made.detach())))
        judged = critic_loss(verdicts)
        judged.backward()
        torch.nn.utils.clip_grad_norm_(self.critics.parameters(), 100.0)
        self.critic_optimiser.step()
        with self.half():
            with torch.no_grad():
                wanted = self.critics(real)
            verdicts = self.critics(made)
        fooled, matched = adversarial_loss(verdicts, wanted)
        magnitude, phase = self.spectral(made, real)
        self.climb(
            MAGNITUDE_WEIGHT * magnitude
            + PHASE_WEIGHT_LATER * phase
            + fooled
            + FEATURE_WEIGHT * matched
        )
        return torch.stack([x.detach() for x in (magnitude, phase, fooled, matched, judged)])

    def speak(self) -> tuple[Tensor, Tensor]:
        mel, pitch, phase, real = self.cuts.draw()
        seed = torch.randint(1 << 31, (len(mel),), device=mel.device)
        with self.half():
            made = self.vocoder(mel, pitch, seed, phase.double())
        return made[:, CONTEXT * HOP :].float(), real

    def climb(self, loss: Tensor) -> None:
        self.generator_optimiser.zero_grad(set_to_none=False)
        parameters = list(self.vocoder.parameters())
        loss.backward(inputs=parameters)  # not the critics', which are not to learn from this
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        self.generator_optimiser.step()
        self.average.update()

    def half(self) -> torch.autocast:
        return torch.autocast(self.device, torch.bfloat16, cache_enabled=False)

    def set_rate(self, generator: float, critics: float) -> None:
        for optimiser, value in (
            (self.generator_optimiser, generator),
            (self.critic_optimiser, critics),
        ):
            for group in optimiser.param_groups:
                group["lr"].fill_(value)

    def checkpoint(self, out: Path, step: int) -> None:
        vocoder = {name: w.half().cpu() for name, w in self.average.state_dict().items()}
        critics = {name: w.half().cpu() for name, w in self.critics.state_dict().items()}
        sizes = asdict(self.sizes)
        save(out / "vocoder.pt", {"vocoder": vocoder, "sizes": sizes, "step": step})
        save(out / "critics.pt", {"critics": critics, "step": step})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="folder of weights, where nothing is resumed")
    parser.add_argument("--minutes", type=float, default=22)
    parser.add_argument("--alone-steps", type=int, default=2500, help="steps before the critics")
    parser.add_argument("--predicted", type=Path, help="predicted_mel.pt of train_acoustic")
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--limit", type=int, help="utterances, to try it out")
    parser.add_argument("--sizes", default="{}", help="JSON of VocoderSizes, to try it out")
    parser.add_argument("--critic-scale", type=float, default=1.0)
    parser.add_argument("--report", type=int, default=200, help="steps between reports")
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(2)
    trainer = Trainer(arguments)
    print(f"{len(trainer.corpus.f0) / 80 / 3600:.2f} h", flush=True)
    before = copy.deepcopy([trainer.vocoder.state_dict(), trainer.critics.state_dict()])
    pool = torch.cuda.graph_pool_handle() if trainer.device == "cuda" else None
    alone = GraphedStep(trainer.learn_alone, (), pool)
    against = GraphedStep(trainer.learn_against_critics, (), pool)
    trainer.vocoder.load_state_dict(before[0])  # warming up must not train
    trainer.critics.load_state_dict(before[1])
    trainer.average.restart()
    print("graphs captured", flush=True)
    limit = arguments.minutes * 60
    started = saved = time.monotonic()
    count = 0
    heard = 0.0  # when the predicted mels were written that are in use
    bar = tqdm(total=round(limit), unit="s", mininterval=10)
    while (elapsed := time.monotonic() - started) < limit:
        step = trainer.done + count
        share = rate(count, elapsed, limit, WARM_UP)
        judged = count - max(0, arguments.alone_steps - trainer.done)  # steps with critics
        first = min(1.0, max(0.02, judged / WARM_UP))
        trainer.set_rate(PEAK_RATE * share, PEAK_RATE * share * first)
        losses = against() if step >= arguments.alone_steps else alone()
        count += 1
        if count % arguments.report == 0:
            names = ("magnitude", "phase", "fooled", "matched", "critics")
            shown = " ".join(f"{n} {v:.4f}" for n, v in zip(names, losses.tolist(), strict=True))
            bar.update(round(elapsed) - bar.n)
            print(f"vocoder {step + 1} {elapsed:.0f}s {shown}", flush=True)
            written = modified(arguments.predicted)
            if written > heard:
                predicted = torch.load(arguments.predicted)["mel"]
                trainer.cuts.mels.copy_(predicted.to(trainer.device))
                heard = written
                print("now on predicted mels", flush=True)
        if time.monotonic() - saved > arguments.save_minutes * 60:
            trainer.checkpoint(arguments.out, trainer.done + count)
            saved = time.monotonic()
    trainer.checkpoint(arguments.out, trainer.done + count)
    print(f"vocoder done {trainer.done + count}", flush=True)


def modified(path: Path | None) -> float:
    """When a file was written; 0 where there is none."""
    return path.stat().st_mtime if path and path.exists() else 0.0


if __name__ == "__main__":
    main()
