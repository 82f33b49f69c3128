"""Train the acoustic model of one language on the teacher's alignments.

    python -m training.train_acoustic build/corpus/en build/checkpoints/en --minutes 12

Resumes from OUT/acoustic.pt, else from --start, a file of weights. Every --predict-minutes it
writes the averaged weights, if they are better on utterances that it never learns from, and the mel
that they predict for every frame of the corpus (teacher's durations and prosody) to
OUT/predicted_mel.pt, which the vocoder hears meanwhile.

Half of the utterances of a batch go through the whole mel stack, the others through a part of it
drawn at random (vvstream/streaming/depth.py): what `steps` chooses from later.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from training.depths import Depths
from training.features import (
    FRAMES_PER_UNIT,
    OPENING_UNITS,
    Corpus,
    Utterance,
    corpus_mels,
    load_corpus,
)
from training.graphed import GraphedStep
from training.schedule import Average, add_time, annealed, save, seconds_left, warm
from vvstream.acoustic.decoder import (
    LOG_F0_CENTRE,
    MEL_LOOKAHEAD,
    PROSODY_LOOKAHEAD,
    place_features,
)
from vvstream.acoustic.model import AcousticModel, AcousticSizes
from vvstream.streaming.depth import Depth
from vvstream.streaming.weights import fill, read_header

PEAK_RATE = 1e-3
RESUMED = 0.2  # of it, for weights that have learned before: a short corpus is soon known by heart
WARM_UP = 400
DROPOUT = 0.1
HELD_OUT = 64  # utterances
EXITS = (2, 3, 4, 5, 6)  # blocks of the mel stack for 1, 2, ... steps


@dataclass
class Bucket:
    """Utterances of about one length, padded to the longest; rows are drawn from it."""

    units: Tensor  # long[N, U + lookahead], padded with the boundary
    voices: Tensor  # long[N]
    log_durations: Tensor  # float[N, U]
    unit_mask: Tensor  # float[N, U]
    owners: Tensor  # long[N, T], the unit that frame t belongs to
    places: Tensor  # float16[N, T, 4]
    frames: Tensor  # long[N, T], index into the flat corpus
    frame_mask: Tensor  # float[N, T]
    rows: int  # drawn at a time

    def draw(self) -> Tensor:
        return torch.randint(len(self.units), (self.rows,), device=self.units.device)


def make_bucket(
    utterances: list[Utterance], lookahead: int, batch_frames: int, device: str
) -> Bucket:
    """Laid out for all utterances at once: one by one takes minutes for a long corpus."""
    count = len(utterances)
    sizes = torch.tensor([len(u.units) for u in utterances], device=device)
    frames = torch.tensor([u.frames for u in utterances], device=device)
    first = torch.tensor([u.first_frame for u in utterances], device=device)
    width, length = int(sizes.max()), int(frames.max())
    row, column = places_in_rows(sizes)
    lengths = torch.cat([u.lengths for u in utterances]).to(device)
    units = torch.zeros(count, width + lookahead, dtype=torch.long, device=device)
    units[row, column] = torch.cat([u.units for u in utterances]).to(device)
    log_durations = torch.zeros(count, width, device=device)
    log_durations[row, column] = torch.cat([u.log_durations for u in utterances]).to(device)
    unit_mask = torch.zeros(count, width, device=device)
    unit_mask[row, column] = (column < sizes[row] - 1).float()  # see load_corpus

    at, offset = places_in_rows(lengths)  # of each frame: its unit, and its place in it
    row, owner = row[at], column[at]
    time = torch.arange(len(at), device=device) - (torch.cumsum(frames, 0) - frames)[row]

    def over_frames(values: Tensor) -> Tensor:
        spread = values.new_zeros(count, length, *values.shape[1:])
        spread[row, time] = values
        return spread

    return Bucket(
        units,
        torch.tensor([u.voice for u in utterances], device=device),
        log_durations,
        unit_mask,
        over_frames(owner),
        over_frames(place_features(offset.float(), lengths[at].float()).half()),
        over_frames(first[row] + time),
        over_frames(torch.ones(len(at), device=device)),
        max(1, min(count, batch_frames // length)),
    )


def places_in_rows(sizes: Tensor) -> tuple[Tensor, Tensor]:
    """Rows of so many elements, end to end -> the row of each element, and its place in it."""
    row = torch.repeat_interleave(torch.arange(len(sizes), device=sizes.device), sizes)
    starts = torch.cumsum(sizes, 0) - sizes
    return row, torch.arange(len(row), device=sizes.device) - starts[row]


def make_buckets(
    utterances: list[Utterance], count: int, lookahead: int, batch_frames: int, device: str
) -> list[Bucket]:
    ordered = sorted(utterances, key=lambda u: u.frames)
    total = sum(u.frames for u in ordered)
    groups: list[list[Utterance]] = [[]]
    filled = 0
    for u in ordered:
        groups[-1].append(u)
        filled += u.frames
        if filled > total * len(groups) / count and len(groups) < count:
            groups.append([])
    return [make_bucket(g, lookahead, batch_frames, device) for g in groups if g]


class Losses:
    """The loss of a batch of rows of a bucket; all L1, since the teacher is deterministic."""

    def __init__(self, model: AcousticModel, corpus: Corpus, mels: Tensor) -> None:
        self.model = model
        self.voices = corpus.voices
        self.mels = mels
        voiced = corpus.voiced
        height = (torch.log(corpus.f0.clamp(min=30.0)) - LOG_F0_CENTRE) * voiced
        self.prosody = torch.stack((height, voiced, corpus.energy), -1)
        self.best = math.inf  # loss on what is held out
        sizes = model.sizes
        self.depths = Depths(sizes.exits, sizes.mel_blocks, str(corpus.f0.device))

    def embed(self, bucket: Bucket, rows: Tensor) -> tuple[Tensor, Tensor]:
        """-> frames[B, T, C], log durations[B, U]."""
        encoder, decoder = self.model.encoder, self.model.decoder
        voices = bucket.voices[rows]
        encoding, durations = encoder(bucket.units[rows], voices)
        owners = bucket.owners[rows][..., None].expand(-1, -1, encoding.shape[-1])
        spread = torch.gather(encoding, 1, owners)
        return decoder.embed(spread, bucket.places[rows].to(spread.dtype), voices), durations

    def __call__(
        self, bucket: Bucket, rows: Tensor, jitter: float, depth: Depth | None = None
    ) -> Tensor:
        """float[6]: total, duration, F0, voicing, energy, mel."""
        device = rows.device.type
        with torch.autocast(device, torch.bfloat16, cache_enabled=False):
            frames, durations = self.embed(bucket, rows)
            raw = self.model.decoder.predict_prosody(frames)
            at = bucket.frames[rows]
            prosody = self.prosody[at]
            # The mel decoder must bear with prosody that is predicted, not the teacher's.
            noise = torch.randn_like(prosody) * jitter
            shaken = torch.stack(
                (
                    prosody[..., 0] + 0.2 * noise[..., 0] * prosody[..., 1],
                    prosody[..., 1],
                    prosody[..., 2] + noise[..., 2],
                ),
                -1,
            )
            mel = self.model.decoder.predict_mel(frames, shaken, depth)
        raw, mel, durations = raw.float(), mel.float(), durations.float()
        unit_mask, frame_mask = bucket.unit_mask[rows], bucket.frame_mask[rows]
        duration = mean((durations - bucket.log_durations[rows]).abs(), unit_mask)
        known = raw.shape[1]
        target, mask = prosody[:, :known], frame_mask[:, PROSODY_LOOKAHEAD:]
        voiced = target[..., 1] * mask
        f0 = mean((raw[..., 0] - target[..., 0]).abs(), voiced)
        voicing = mean(
            F.binary_cross_entropy_with_logits(raw[..., 1], target[..., 1], reduction="none"), mask
        )
        energy = mean((raw[..., 2] - target[..., 2]).abs(), mask)
        known = mel.shape[1]
        wanted = self.mels[at[:, :known]].float()
        spectrum = mean((mel - wanted).abs().mean(-1), frame_mask[:, MEL_LOOKAHEAD:])
        total = duration + 4 * f0 + voicing + energy + 2 * spectrum
        return torch.stack((total, duration, f0, voicing, energy, spectrum))


def mean(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum() / mask.sum().clamp(min=1)


@torch.no_grad()
def predict_mels(losses: Losses, bucket: Bucket, out: Tensor) -> None:
    """Write the predicted mel of every utterance of a bucket into out[frames, MELS]."""
    for rows in torch.arange(len(bucket.units), device=out.device).split(bucket.rows):
        with torch.autocast(out.device.type, torch.bfloat16):
            frames, _ = losses.embed(bucket, rows)
            at = bucket.frames[rows]
            mel = losses.model.decoder.predict_mel(
                frames, losses.prosody[at], losses.depths.draw(len(rows))
            )
        real = bucket.frame_mask[rows][:, : mel.shape[1]].bool()
        out[at[:, : mel.shape[1]][real]] = mel[real].to(out.dtype)


def endless(buckets: list[Bucket], seed: int) -> Iterator[int]:
    """Buckets in random order, each as often as its share of the corpus asks for."""
    shares = [len(b.units) / b.rows for b in buckets]
    chooser = random.Random(seed)
    while True:
        yield chooser.choices(range(len(buckets)), shares)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="file of weights, where nothing is resumed")
    add_time(parser, 12)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch-frames", type=int, default=40_000)
    parser.add_argument("--buckets", type=int, default=10)
    parser.add_argument("--limit", type=int, help="utterances, to try it out")
    parser.add_argument("--sizes", default="{}", help="JSON of AcousticSizes, to try it out")
    parser.add_argument("--jitter", type=float, default=0.1)
    parser.add_argument("--predict-minutes", type=float, default=8)
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.manual_seed(1)
    device: str = arguments.device
    corpus = load_corpus(arguments.corpus, device, arguments.limit)
    mels = corpus_mels(corpus)
    hours = len(corpus.f0) / 80 / 3600
    print(f"{len(corpus.utterances)} utterances, {hours:.2f} h, {corpus.voices}", flush=True)
    given = {"voices": len(corpus.voices), "exits": EXITS, **json.loads(arguments.sizes)}
    opening = OPENING_UNITS[1] * FRAMES_PER_UNIT
    sizes = replace(AcousticSizes(**given), neutral=neutral(corpus), opening=opening)
    arguments.out.mkdir(parents=True, exist_ok=True)
    model = AcousticModel(sizes, DROPOUT).to(device)
    done = resume(model, arguments)
    average = Average(model, 0.999)
    shuffled = corpus.utterances[:]
    random.Random(0).shuffle(shuffled)
    held, used = shuffled[:HELD_OUT], shuffled[HELD_OUT:] or shuffled
    lookahead = model.encoder.lookahead
    buckets = make_buckets(used, arguments.buckets, lookahead, arguments.batch_frames, device)
    held_bucket = make_bucket(held, lookahead, arguments.batch_frames, device)
    losses = Losses(model, corpus, mels)
    optimiser = torch.optim.AdamW(
        model.parameters(),
        torch.tensor(PEAK_RATE, device=device),
        (0.9, 0.98),
        weight_decay=0.01,
        fused=device == "cuda",
        capturable=device == "cuda",
    )

    def stepper(bucket: Bucket) -> GraphedStep:
        def step(rows: Tensor) -> Tensor:
            optimiser.zero_grad(set_to_none=False)
            loss = losses(bucket, rows, arguments.jitter, losses.depths.draw(len(rows)))
            loss[0].backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            average.update()
            return loss.detach()

        return GraphedStep(step, (bucket.draw(),), pool)

    pool = torch.cuda.graph_pool_handle() if device == "cuda" else None
    for group in optimiser.param_groups:
        group["lr"].fill_(1e-6)  # warming the graphs up must not train
    steps = [stepper(bucket) for bucket in buckets]
    average.restart()
    limit = seconds_left(arguments)
    peak = PEAK_RATE * (RESUMED if done else 1.0)
    started = predicted = time.monotonic()
    count = 0
    bar = tqdm(total=round(limit), unit="s", mininterval=10)
    for index in endless(buckets, 1):
        elapsed = time.monotonic() - started
        if elapsed > limit:
            break
        share = warm(count, WARM_UP) * annealed(elapsed, limit)
        for group in optimiser.param_groups:
            group["lr"].fill_(peak * share)
        loss = steps[index](buckets[index].draw())
        count += 1
        if count % 250 == 0:
            bar.update(round(elapsed) - bar.n)
            report(losses, held_bucket, done + count, elapsed, loss)
        if time.monotonic() - predicted > arguments.predict_minutes * 60:
            finish(arguments.out, losses, average, buckets, held_bucket, done + count)
            predicted = time.monotonic()
    finish(arguments.out, losses, average, buckets, held_bucket, done + count)


def neutral(corpus: Corpus) -> tuple[tuple[float, float], ...]:
    """Median log F0 (less LOG_F0_CENTRE) and energy of each voice, over its voiced frames."""
    lengths = torch.tensor([u.frames for u in corpus.utterances], device=corpus.f0.device)
    voices = torch.tensor([u.voice for u in corpus.utterances], device=corpus.f0.device)
    owners = torch.repeat_interleave(voices, lengths)
    height = torch.log(corpus.f0.clamp(min=30.0)) - LOG_F0_CENTRE
    medians = []
    for voice in range(len(corpus.voices)):
        own = (owners == voice) & (corpus.voiced > 0)
        medians.append((height[own].median().item(), corpus.energy[own].median().item()))
    return tuple(medians)


def resume(model: AcousticModel, arguments: argparse.Namespace) -> int:
    """Load what there is to start from; returns the steps that were done before."""
    if (checkpoint := arguments.out / "acoustic.pt").exists():
        content = torch.load(checkpoint, map_location=arguments.device)
        model.load_state_dict(content["model"])
        return int(content["step"])
    if arguments.start:
        fill(model, arguments.start)
        return int(read_header(arguments.start)["steps"])
    return 0


@torch.no_grad()
def finish(
    out: Path, losses: Losses, average: Average, buckets: list[Bucket], held: Bucket, step: int
) -> None:
    """Write the averaged weights, and the mel that they predict for the whole corpus, unless they
    are worse on what is held out than those that were written before."""
    losses.model.eval()
    with average.in_place():
        loss = unseen(losses, held)[0].item()
        print(f"acoustic {step} average on what is held out: {loss:.4f}", flush=True)
        if loss < losses.best:
            losses.best = loss
            mels = losses.mels.clone()  # past an utterance's look-ahead they stay the teacher's
            for bucket in (*buckets, held):
                predict_mels(losses, bucket, mels)
            save(out / "predicted_mel.pt", {"mel": mels.cpu()})
            weights = {name: weight.half().cpu() for name, weight in average.state_dict().items()}
            sizes = asdict(losses.model.sizes)
            content = {"model": weights, "sizes": sizes, "voices": losses.voices, "step": step}
            save(out / "acoustic.pt", content)
    losses.model.train()


def unseen(losses: Losses, held: Bucket) -> Tensor:
    """The losses on utterances that are never learned from, at full depth."""
    rows = torch.arange(min(32, len(held.units)), device=held.units.device)
    return losses(held, rows, 0.0)


@torch.no_grad()
def report(losses: Losses, held: Bucket, step: int, elapsed: float, loss: Tensor) -> None:
    losses.model.eval()
    known = unseen(losses, held)
    losses.model.train()
    names = ("total", "dur", "f0", "uv", "energy", "mel")
    pairs = zip(names, loss.tolist(), known.tolist(), strict=True)
    shown = " ".join(f"{name} {a:.4f}/{b:.4f}" for name, a, b in pairs)
    print(f"acoustic {step} {elapsed:.0f}s seen/held out: {shown}", flush=True)


if __name__ == "__main__":
    main()
